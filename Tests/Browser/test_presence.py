"""Colleagues see who is here, in words, unless somebody does not want to be seen."""

import re
from collections.abc import Iterator

import pytest
from browsing import SCREENSHOTS, assert_accessible, assert_fits
from playwright.sync_api import Page, expect

LOOKS = [
    ("phone", {"width": 390, "height": 844}, "light"),
    ("phone-dark", {"width": 390, "height": 844}, "dark"),
    ("narrow", {"width": 320, "height": 640}, "light"),
    ("desktop", {"width": 1280, "height": 900}, "light"),
    ("desktop-dark", {"width": 1280, "height": 900}, "dark"),
]


@pytest.fixture
def shown(colleague) -> Iterator[None]:
    yield
    colleague("hannah-oyelaran").put("/accounts/presence", is_shown=True)


def until_here(page: Page, is_here: bool = True) -> None:
    """A page that lies open does not change by itself when somebody comes or goes: it is loaded again."""
    for _ in range(60):
        if (page.locator(".here").count() > 0) == is_here:
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"{page.url}: nobody came or went")


def test_a_colleague_who_is_here_is_shown_as_here_until_she_does_not_want_it(visit, axe, colleague, shown):
    sian, hannah = colleague("sian-griffiths"), colleague("hannah-oyelaran")
    direct = sian.post("/messages/conversations", kind="direct", members=[hannah.id])["id"]
    page = visit("sian-griffiths", f"/messages/{direct}")
    # Whoever had a page open in the test before is here a moment longer.
    until_here(page, is_here=False)

    hers = visit("hannah-oyelaran", "/sign-ins")
    until_here(page)
    expect(page.locator(".convo-head .person .here").first).to_have_text("Here now")
    page.locator(".members > summary").click()
    expect(page.locator(".members-list .here")).to_have_count(1)
    assert_accessible(axe, page)

    page.goto("/messages/new?kind=direct")
    expect(page.locator(f"#person-{hannah.id}")).to_have_accessible_description("Here now")
    assert_accessible(axe, page)
    page.goto(f"/staff/{hannah.id}")
    expect(page.locator(".page-head .here")).to_have_text("Here now")
    page.goto("/staff?q=hannah")
    expect(page.get_by_role("rowheader", name=re.compile("Hannah Oyelaran.*Here now"))).to_be_visible()
    assert_accessible(axe, page)

    box = hers.get_by_label("Show colleagues when I am here")
    expect(box).to_be_checked()
    assert_accessible(axe, hers)
    box.uncheck()
    hers.get_by_role("button", name="Keep it so").click()
    expect(hers.get_by_label("Show colleagues when I am here")).not_to_be_checked()
    page.goto(f"/messages/{direct}")
    expect(page.locator(".here")).to_have_count(0)
    page.goto(f"/staff/{hannah.id}")
    expect(page.locator(".here")).to_have_count(0)


def test_the_choice_is_made_without_a_script_and_by_keyboard(visit, shown):
    page = visit("hannah-oyelaran", "/sign-ins", java_script_enabled=False)
    box = page.get_by_label("Show colleagues when I am here")
    box.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Keep it so")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Show colleagues when I am here")).not_to_be_checked()


def test_it_is_seen_in_every_look(visit, axe, colleague):
    sian, hannah = colleague("sian-griffiths"), colleague("hannah-oyelaran")
    direct = sian.post("/messages/conversations", kind="direct", members=[hannah.id])["id"]
    visit("hannah-oyelaran", "/today")
    for name, viewport, scheme in LOOKS:
        page = visit("sian-griffiths", f"/messages/{direct}", viewport=viewport, color_scheme=scheme)
        until_here(page)
        page.locator(".members > summary").click()
        for part, path in (
            ("conversation", None),
            ("staff", "/staff?q=hannah"),
            ("member", f"/staff/{hannah.id}"),
            ("new", "/messages/new?kind=direct"),
        ):
            if path:
                page.goto(path)
            expect(page.locator(".here").first).to_be_visible()
            page.locator(".here").last.scroll_into_view_if_needed()
            assert_fits(page)
            assert_accessible(axe, page)
            page.screenshot(path=SCREENSHOTS / f"presence-{part}-{name}.png")
        page.goto("/sign-ins")
        assert_fits(page)
        page.screenshot(path=SCREENSHOTS / f"presence-sign-ins-{name}.png", full_page=True)
        # Nobody has more than four open at once.
        page.close()
