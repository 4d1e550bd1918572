"""A shared tablet: handed on, locked by hand and by itself, dark when locked, and nothing half written is lost."""

import re
from collections.abc import Callable

import pytest
from browsing import SCREENSHOTS, Axe, Colleague, Watch, assert_accessible, assert_fits, sign_in, wait_until_live
from playwright.sync_api import BrowserContext, Page, expect
from product import PASSWORD

LOOKS = [
    ("phone", {"width": 390, "height": 844}),
    ("narrow", {"width": 320, "height": 640}),
    ("desk", {"width": 1280, "height": 900}),
    ("tablet", {"width": 820, "height": 1180}),
]
PINS = {"mo-iqbal": "804152", "agnieszka-nowak": "691307"}


def looked_at(axe: Axe, page: Page, name: str) -> None:
    """The page as it stands, in each size and both looks; the tablet's own comes last and stays."""
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for size, viewport in LOOKS:
            page.set_viewport_size(viewport)
            assert_fits(page)
            if size != "narrow":
                assert_accessible(axe, page)
                page.screenshot(path=SCREENSHOTS / f"tablet-{name}-{size}-{theme}.png", full_page=True)


@pytest.fixture
def tablet(contexts: Callable[..., BrowserContext], usernames: dict[str, str], axe: Axe) -> Page:
    """A device that a manager has made a shared tablet, and signed out of."""
    page = contexts(viewport={"width": 820, "height": 1180}).new_page()
    sign_in(page, usernames["joanne-hartley"])
    page.goto("/tablets")
    looked_at(axe, page, "list-before")
    page.get_by_label("What people there call it").fill("Garden, tablet 2")
    home = page.get_by_label("Its home")
    if home.input_value() == "":
        home.select_option(index=1)
    page.get_by_role("button", name="Make it a shared tablet").click()
    expect(page.get_by_text("This device is a shared tablet")).to_be_visible()
    looked_at(axe, page, "list")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    return page


def sign_in_fully(page: Page, username: str, pin: str) -> None:
    page.goto("/sign-in?full=true")
    page.get_by_label("Username or email address").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/tablet/pin"))
    page.get_by_label("Six digits").fill(pin)
    page.get_by_label("The same again").fill(pin)
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url("**/today")


def test_two_carers_hand_a_tablet_on(
    tablet: Page, usernames: dict[str, str], axe: Axe, watch: Watch, colleague: Callable[[str], Colleague]
) -> None:
    # A wrong PIN is part of it; and what is locked is refused to the page's own stream.
    watch.expect("status of 422", "status of 401", "EventSource")
    page, mo, agnieszka = tablet, colleague("mo-iqbal"), colleague("agnieszka-nowak")
    talk = agnieszka.start("Night rounds", mo)
    sign_in_fully(page, usernames["mo-iqbal"], PINS["mo-iqbal"])
    page.goto(talk)
    wait_until_live(page)
    looked_at(axe, page, "open")
    page.locator("#body").fill("Edie asked for the window to be")
    page.get_by_role("button", name="Lock").click()
    page.wait_for_url(re.compile("/tablet"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Who are you?")
    assert "window to be" not in page.content() and "Night rounds" not in page.content()
    looked_at(axe, page, "door")

    # Whoever goes back sees nothing of it.
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who are you?")
    assert "window to be" not in page.content()

    sign_in_fully(page, usernames["agnieszka-nowak"], PINS["agnieszka-nowak"])
    page.get_by_role("button", name="Lock").click()
    page.wait_for_url(re.compile("/tablet"))
    page.get_by_role("link", name=re.compile("^Mo ")).click()
    looked_at(axe, page, "pin")
    page.get_by_label("Your PIN").fill("550172")
    expect(page.get_by_text("4 more times").first).to_be_visible()
    looked_at(axe, page, "wrong")
    # Six digits are enough; nobody presses a button.
    page.get_by_label("Your PIN").fill(PINS["mo-iqbal"])
    page.wait_for_url("**/today")
    assert "Mo" in page.locator(".top-person").inner_text()


def test_a_tablet_goes_dark_by_itself_and_gives_back_what_was_half_written(
    tablet: Page, usernames: dict[str, str], axe: Axe, watch: Watch, colleague: Callable[[str], Colleague]
) -> None:
    watch.expect("status of 401", "EventSource")
    page, mo, agnieszka = tablet, colleague("mo-iqbal"), colleague("agnieszka-nowak")
    talk = agnieszka.start("A quiet night", mo)
    sign_in_fully(page, usernames["mo-iqbal"], PINS["mo-iqbal"])
    page.clock.install()
    page.goto(talk)
    page.locator("#body").fill("Arthur settled at two, and")
    page.clock.fast_forward("04:10")
    expect(page.get_by_text("This tablet locks in one minute")).to_be_visible()
    looked_at(axe, page, "soon")
    page.clock.fast_forward("01:00")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who are you?")
    assert "Arthur" not in page.content()
    page.get_by_role("link", name=re.compile("^Mo ")).click()
    page.get_by_label("Your PIN").fill(PINS["mo-iqbal"])
    expect(page.get_by_role("heading", level=1)).to_have_text("What you had written")
    looked_at(axe, page, "kept")
    text = page.get_by_label("What you wrote")
    expect(text).to_have_value("Arthur settled at two, and")
    text.fill("Arthur settled at two, and slept.")
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("article", name=re.compile("^You"))).to_contain_text("Arthur settled at two, and slept.")
    assert mo.messages(talk).count("Arthur settled at two, and slept.") == 1


def test_a_desk_says_in_time_that_somebody_will_be_signed_out(
    visit: Callable[..., Page], colleague: Callable[[str], Colleague]
) -> None:
    mo, agnieszka = colleague("mo-iqbal"), colleague("agnieszka-nowak")
    page = visit("mo-iqbal", agnieszka.start("A long message", mo))
    page.clock.install()
    page.reload()
    page.locator("#body").fill("It is still being written")
    page.clock.fast_forward("10:05")
    expect(page.get_by_text(re.compile("signed out in (5|four|4|five) minutes"))).to_be_visible()
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.locator(".term-bar")).to_have_count(0)
    expect(page.locator("#body")).to_have_value("It is still being written")
