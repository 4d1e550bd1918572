"""Somebody changes their password, is made to, and comes back by a link when they have forgotten it."""

import time

import pytest
from browsing import assert_accessible, assert_fits, sign_in
from playwright.sync_api import Page, expect

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}
LOOKS = [{"viewport": PHONE, "color_scheme": "dark"}, {"viewport": DESK}]
FIRST, SECOND, THIRD = "three words apart", "teapot gravel moth", "lantern pickle sofa"


@pytest.fixture
def newcomer(colleague, contexts):
    """Somebody who is nobody else's: their number, name and username."""
    joanne = colleague("joanne-hartley")
    name, username = f"Nell Newcome {time.time_ns() % 1_000_000}", f"nell.{time.time_ns()}"
    home = next(home["id"] for home in joanne.get("/accounts/homes")["items"] if home["name"] == "Rowan House")
    made = joanne.post("/accounts/invitations", name=name, role="care_assistant", scope="home", home_id=home)
    page = contexts().new_page()
    page.goto(made["link"])
    page.get_by_label("Username you will sign in with").fill(username)
    page.get_by_label("Password", exact=True).fill(FIRST)
    page.get_by_role("button", name="Make my account").click()
    page.wait_for_url("**/sign-in?new=true")
    person = next(one["id"] for one in joanne.get(f"/accounts/staff?q={name}")["items"])
    return person, name, username


def change(page: Page, present: str, chosen: str, button: str) -> None:
    page.get_by_label("Your present password").fill(present)
    page.get_by_label("Your new password").fill(chosen)
    page.get_by_role("button", name=button).click()


@pytest.mark.parametrize("options", LOOKS, ids=["phone", "desk"])
def test_somebody_changes_their_password_and_is_out_everywhere_else(options, newcomer, contexts, watch, axe):
    watch.expect("status of 401", "status of 422")
    _, _, username = newcomer
    here, there = contexts(**options).new_page(), contexts().new_page()
    for page in (here, there):
        sign_in(page, username, FIRST)
        page.wait_for_url("**/today")
    here.locator("summary", has_text="your menu").click()
    here.get_by_role("link", name="Your password").click()
    expect(here.get_by_role("heading", level=1)).to_have_text("Your password")
    assert_accessible(axe, here)
    assert_fits(here)
    change(here, FIRST, "password12345678", "Change my password")
    expect(here.locator(".error-summary")).to_contain_text("tried first by whoever guesses")
    expect(here.get_by_label("Your new password")).to_have_value("")
    assert_accessible(axe, here)
    assert_fits(here)
    change(here, FIRST, SECOND, "Change my password")
    expect(here.get_by_text("Your password is changed")).to_be_visible()
    there.goto("/messages")
    expect(there.get_by_role("button", name="Sign in")).to_be_visible()
    here.goto("/sign-ins")
    expect(here.get_by_role("main").get_by_role("listitem")).to_have_count(1)


def test_whoever_must_choose_a_new_one_reaches_nothing_else_without_a_script(newcomer, visit, contexts, axe, watch):
    watch.expect("status of 403", "status of 422")
    person, _, username = newcomer
    page = contexts(viewport=NARROW, java_script_enabled=False).new_page()
    sign_in(page, username, FIRST)
    page.wait_for_url("**/today")
    hers = visit("joanne-hartley", f"/staff/{person}")
    hers.get_by_role("button", name="Ask for a new password").click()
    expect(hers.get_by_text("has been asked for a new password")).to_be_visible()
    expect(hers.get_by_role("button", name="Ask for a new password")).to_have_count(0)

    page.goto("/messages")
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a new password")
    expect(page.get_by_role("link", name="Messages")).to_have_count(0)
    assert_fits(page)
    change(page, FIRST, FIRST, "Use this password")
    expect(page.get_by_role("alert")).to_contain_text("Choose another password")
    change(page, FIRST, SECOND, "Use this password")
    page.wait_for_url("**/today")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Today")


@pytest.mark.parametrize("options", LOOKS, ids=["phone", "desk"])
def test_whoever_has_forgotten_theirs_comes_back_by_a_link(options, newcomer, visit, contexts, axe, watch):
    watch.expect("status of 404", "status of 422")
    person, name, username = newcomer
    hers = visit("joanne-hartley", f"/staff/{person}", **options)
    hers.get_by_role("button", name="Make a link").click()
    expect(hers.get_by_role("heading", level=1)).to_have_text(f"A new password for {name}")
    assert_accessible(axe, hers)
    assert_fits(hers)
    link = hers.get_by_label(f"Link for {name}").input_value()

    page = contexts(**options).new_page()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a new password, Nell")
    expect(page.get_by_text(username)).to_be_visible()
    assert_accessible(axe, page)
    assert_fits(page)
    # By keyboard alone.
    page.get_by_label("Your new password").focus()
    page.keyboard.type("short")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Use at least 15 characters")
    assert_accessible(axe, page)
    page.get_by_label("Your new password").focus()
    page.keyboard.type(THIRD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in?new=password")
    expect(page.get_by_text("Your new password is set")).to_be_visible()
    sign_in(page, username, THIRD)
    page.wait_for_url("**/today")

    again = contexts(**options).new_page()
    again.goto(link)
    expect(again.get_by_role("heading", level=1)).to_have_text("This link does not work any more")
    assert_accessible(axe, again)
