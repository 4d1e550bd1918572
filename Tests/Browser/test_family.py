"""A daughter is invited by a link, signs in on a phone, asks how her mother is, and sees the answer as it comes."""

import time
from dataclasses import dataclass

import pytest
from browsing import SCREENSHOTS, assert_accessible, assert_fits, sign_in, wait_until_live
from playwright.sync_api import Page, expect

PHONE = {"width": 390, "height": 844}
PASSWORD = "three words apart"
RESIDENT = "Edith Marlow"


@dataclass
class Daughter:
    name: str
    username: str
    contacts: str


def comes(visit, contexts, **options) -> Daughter:
    """Somebody in charge writes her down and makes a link; she opens it and chooses what she signs in with."""
    name, username = f"Margaret Ellis {time.time_ns() % 1_000_000}", f"margaret.{time.time_ns()}"
    hers = visit("joanne-hartley", "/residents?q=Edith")
    hers.get_by_role("link", name=RESIDENT).first.click()
    hers.get_by_role("link", name="All about them").click()
    contacts = hers.url
    add = hers.locator("section", has=hers.get_by_role("heading", name="Add somebody"))
    add.get_by_label("Name").fill(name)
    add.get_by_label("Who they are to the resident").select_option(label="Daughter or son")
    add.get_by_role("button", name="Add").click()
    card = hers.locator("section.card", has=hers.get_by_role("heading", name=name))
    card.locator("summary", has_text="Invite to messages").click()
    card.get_by_role("button", name="Make the link").click()
    expect(hers.get_by_role("heading", level=1)).to_have_text(f"{name} is invited")
    link = hers.get_by_label(f"Link for {name}").input_value()

    page = contexts(**options).new_page()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Margaret")
    page.get_by_label("Username you will sign in with").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    page.wait_for_url("**/sign-in?new=true")
    return Daughter(name, username, contacts)


def write_to_family(page: Page, daughter: Daughter, subject: str) -> None:
    page.goto(daughter.contacts.removesuffix("/contacts"))
    page.get_by_role("link", name="Write with the family").click()
    expect(page.get_by_label("A resident’s family")).to_be_checked()
    for box in page.get_by_role("checkbox", name="Margaret Ellis").all():
        box.set_checked(False)
    page.get_by_role("checkbox", name=daughter.name).check()
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Message", exact=True).fill("Good morning. Edith slept well.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Family is in this conversation").first).to_be_visible()


def said(page: Page, words: str) -> None:
    expect(page.locator("#messages").get_by_text(words)).to_be_visible()


def test_a_daughter_comes_by_a_link_asks_and_sees_the_answer_as_it_comes(visit, contexts, axe):
    daughter = comes(visit, contexts, viewport=PHONE)
    subject = f"How she is {time.time_ns()}"
    carer = visit("joanne-hartley")
    write_to_family(carer, daughter, subject)
    assert_accessible(axe, carer)
    carer.screenshot(path=SCREENSHOTS / "family-carer.png")

    hers = contexts(viewport=PHONE, color_scheme="dark").new_page()
    sign_in(hers, daughter.username, PASSWORD)
    expect(hers.get_by_role("heading", name="Your conversations")).to_be_visible()
    for nothing in ["Residents", "Staff", "Rota", "Report a concern"]:
        expect(hers.get_by_role("link", name=nothing, exact=True)).to_have_count(0)
    assert_accessible(axe, hers)
    assert_fits(hers)
    hers.locator("#unread").locator("xpath=ancestor::section").get_by_role("link", name=RESIDENT).first.click()
    wait_until_live(hers)
    said(hers, "Edith slept well.")
    hers.screenshot(path=SCREENSHOTS / "family-phone-dark.png")
    assert_accessible(axe, hers)
    assert_fits(hers)
    hers.get_by_label("Write to").fill("Has she had breakfast?")
    with carer.expect_response("**/read"):
        hers.get_by_role("button", name="Send").click()
        said(carer, "Has she had breakfast?")

    carer.get_by_label("Write to").fill("Porridge, all of it.")
    carer.get_by_role("button", name="Send").click()
    said(hers, "Porridge, all of it.")
    # That Joanne has seen the question is told honestly; five others of the care team have not.
    hers.reload()
    expect(hers.locator("#messages summary", has_text="Read by 1 of").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_at_320_pixels_without_a_script_everything_is_there(scheme, visit, contexts, axe):
    daughter = comes(visit, contexts, java_script_enabled=False)
    write_to_family(visit("joanne-hartley"), daughter, f"Visits {time.time_ns()}")
    size = {"width": 320, "height": 640}
    hers = contexts(viewport=size, java_script_enabled=False, color_scheme=scheme).new_page()
    sign_in(hers, daughter.username, PASSWORD)
    hers.goto("/messages")
    hers.locator("#conversations").get_by_role("link", name=RESIDENT).first.click()
    hers.get_by_label("Write to").fill("May I come on Sunday?")
    hers.get_by_role("button", name="Send").click()
    said(hers, "May I come on Sunday?")


def test_a_restriction_shows_her_out_at_once(visit, contexts, watch):
    watch.expect("status of 401", "status of 422")
    daughter = comes(visit, contexts)
    manager = visit("joanne-hartley")
    write_to_family(manager, daughter, f"Until now {time.time_ns()}")
    hers = contexts().new_page()
    sign_in(hers, daughter.username, PASSWORD)
    wait_until_live(hers)
    manager.goto(daughter.contacts)
    card = manager.locator("section.card", has=manager.get_by_role("heading", name=daughter.name))
    expect(card.get_by_text("Has a sign-in here")).to_be_visible()
    card.locator("summary", has_text="Restrict").click()
    card.get_by_label("What is restricted").select_option(label="Do not write or ring")
    card.get_by_label("Why; you answer for it").fill("A court order")
    card.get_by_role("button", name="Approve the restriction").click()
    expect(card.get_by_text("Invite to messages")).to_have_count(0)
    # Her page hears of it by itself.
    expect(hers.locator(".connection[data-state='live']")).to_have_count(0)
    hers.goto("/today")
    expect(hers.get_by_role("button", name="Sign in")).to_be_visible()
