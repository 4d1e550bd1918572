"""Something is announced, read and confirmed, in two browsers at once and without a script."""

import csv
import re

import pytest
from browsing import Colleague, assert_accessible, assert_fits
from playwright.sync_api import Page, expect


def home_of(manager: Colleague) -> str:
    return next(home["id"] for home in manager.get("/accounts/homes")["items"] if home["name"] == "Rowan House")


@pytest.fixture
def announce(colleague):
    """Joanne announces something to Rowan House; its address."""

    def make(title: str, **more: object) -> str:
        joanne = colleague("joanne-hartley")
        announced = joanne.post(
            "/announcements", title=title, body="Please read it.", home_id=home_of(joanne), asks_confirmation=True, **more
        )
        return f"/announcements/{announced['id']}"

    return make


def write(page: Page, title: str) -> None:
    page.get_by_role("link", name="New announcement").click()
    page.get_by_label("Who is it for?").select_option(label="Rowan House")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Announcement", exact=True).fill("Nurses come on Thursday.\n\nTell Sian who would like it.")
    page.get_by_label("Ask everybody to confirm").check()
    page.get_by_role("button", name="See whom it reaches").click()
    expect(page.get_by_role("heading", level=2, name=re.compile("It reaches .* people"))).to_be_visible()


def test_a_manager_announces_and_sees_who_has_read_it(visit, axe):
    kofi = visit("kofi-boateng", "/today")
    joanne = visit("joanne-hartley", "/messages")
    joanne.get_by_role("link", name="Announcements").click()
    write(joanne, "Flu vaccinations on Thursday")
    assert_accessible(axe, joanne)
    joanne.get_by_role("button", name=re.compile("^Announce it to")).click()
    expect(joanne.get_by_role("heading", level=1)).to_have_text("Flu vaccinations on Thursday")
    row = joanne.get_by_role("row", name=re.compile("Kofi Boateng"))
    expect(row).to_contain_text("Not yet")

    # It comes to whoever has Today open.
    card = kofi.locator("article", has_text="Flu vaccinations on Thursday")
    expect(card).to_contain_text("Please confirm")
    card.get_by_role("link", name="Flu vaccinations on Thursday").click()
    expect(kofi.get_by_role("heading", level=1)).to_have_text("Flu vaccinations on Thursday")
    expect(kofi.get_by_text("Person by person")).to_have_count(0)
    assert_accessible(axe, kofi)
    kofi.get_by_role("button", name="I have read this").click()
    expect(kofi.get_by_text("You have confirmed")).to_be_visible()

    # And the manager's page says so without being asked.
    expect(row.get_by_text("Not yet")).to_have_count(0)
    expect(joanne.get_by_text("1 confirmed", exact=True)).to_be_visible()
    assert_accessible(axe, joanne)
    joanne.get_by_role("link", name=re.compile("^Not confirmed")).click()
    expect(joanne.get_by_role("row", name=re.compile("Kofi Boateng"))).to_have_count(0)
    expect(joanne.get_by_role("row", name=re.compile("Precious Adeyemi"))).to_be_visible()

    kofi.goto("/today")
    expect(kofi.locator("article", has_text="Flu vaccinations on Thursday")).to_have_count(0)


def test_the_list_can_be_taken_away(visit, announce):
    page = visit("joanne-hartley", announce("Fire drill"))
    expect(page.get_by_text(re.compile("Still going on"))).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="Take the list away as a table").click()
    assert download.value.suggested_filename == "announcement.csv"
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["Name", "Work", "Told", "Seen", "Confirmed"]
    assert "Kofi Boateng" in [line[0] for line in lines]
    assert len(lines) == len({tuple(line) for line in lines}) > 10


def test_the_whole_way_through_without_a_script(visit, watch):
    watch.expect("status of 409", "status of 422")
    phone = {"java_script_enabled": False, "viewport": {"width": 320, "height": 640}}
    joanne = visit("joanne-hartley", "/announcements?show=overseen", **phone)
    joanne.get_by_role("link", name="New announcement").click()
    joanne.get_by_label("Who is it for?").select_option(label="Rowan House, Garden Wing")
    joanne.get_by_label("Title").fill("Parking")
    # A browser takes spaces for text, and the server does not.
    joanne.get_by_label("Announcement", exact=True).fill("  ")
    joanne.get_by_role("button", name="See whom it reaches").click()
    expect(joanne.locator(".error-summary")).to_contain_text("Write what is announced")
    expect(joanne.get_by_label("Title")).to_have_value("Parking")
    joanne.goto("/announcements")
    write(joanne, "The car park is closed")
    assert_fits(joanne)
    joanne.get_by_role("button", name=re.compile("^Announce it to")).click()
    expect(joanne.get_by_role("heading", level=1)).to_have_text("The car park is closed")
    address = joanne.url
    # The page does not change by itself; whoever loads it again sees how far it is.
    for _ in range(50):
        joanne.reload()
        if joanne.get_by_role("row", name=re.compile("Sian Griffiths")).count():
            break
    assert_fits(joanne)

    sian = visit("sian-griffiths", "/announcements", **phone)
    sian.get_by_role("link", name="The car park is closed").click()
    sian.get_by_role("button", name="I have read this").click()
    expect(sian.get_by_text("You have confirmed")).to_be_visible()
    assert_fits(sian)

    joanne.get_by_role("button", name=re.compile("^Remind ")).click()
    expect(joanne.get_by_text(re.compile("^Last reminded"))).to_be_visible()
    expect(joanne.get_by_role("button", name=re.compile("^Remind "))).to_have_count(0)
    joanne.locator("summary", has_text="Withdraw it").click()
    joanne.get_by_label("Why").fill("It is open again")
    joanne.get_by_role("button", name="Withdraw").click()
    expect(joanne.get_by_text("This was withdrawn")).to_be_visible()
    sian.goto(address)
    expect(sian.get_by_text("It is open again")).to_be_visible()
    expect(sian.get_by_role("button", name="I have read this")).to_have_count(0)
