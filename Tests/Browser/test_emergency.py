"""An agency worker opens the record of somebody in another part of the home; her manager hears of it and reviews it."""

import pytest
from browsing import SCREENSHOTS, assert_accessible, assert_fits
from playwright.sync_api import Page, expect

LOOKS = [
    ("phone", {"width": 390, "height": 844}),
    ("narrow", {"width": 320, "height": 640}),
    ("desk", {"width": 1280, "height": 900}),
]


def looked_at(axe, page: Page, name: str) -> None:
    """The page as it stands, in each size and both looks."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for size, viewport in LOOKS:
            page.set_viewport_size(viewport)
            assert_fits(page)
            if size != "narrow":
                assert_accessible(axe, page)
                page.screenshot(path=SCREENSHOTS / f"{name}-{size}-{theme}.png", full_page=True)


@pytest.mark.parametrize(
    ("name", "room", "has_script"), [("Harold Whitcombe", "7", True), ("Doreen Pickering", "4", False)],
    ids=["with a script", "without"],
)
def test_a_record_is_opened_in_an_emergency_and_looked_at_again(visit, watch, axe, name, room, has_script):
    # What is wrong in a form, and a list that is not theirs.
    watch.expect("status of 422", "status of 403")

    def look(page: Page, what: str) -> None:
        if has_script:
            looked_at(axe, page, f"emergency-{what}")

    theirs = visit("emeka-nwosu", "/residents", java_script_enabled=has_script)
    expect(theirs.get_by_role("link", name=name)).to_have_count(0)
    theirs.get_by_role("link", name="Open a record in an emergency").click()
    look(theirs, "form")
    theirs.get_by_label("Their first and last name").fill(name)
    theirs.get_by_label("Their room").fill("no such room")
    theirs.get_by_label("Why can it not wait?").fill("Found on the floor, the nurse is on her way.")
    theirs.get_by_role("button", name="Open their record").click()
    expect(theirs.get_by_role("alert", name="There is a problem")).to_contain_text("Nobody in your home")
    look(theirs, "nobody")
    theirs.get_by_label("Their room").fill(room)
    theirs.get_by_role("button", name="Open their record").click()
    expect(theirs.get_by_role("heading", level=1, name=name)).to_be_visible()
    expect(theirs.get_by_role("region", name=f"Emergency access to {name}")).to_contain_text("Each look is recorded")
    expect(theirs.get_by_role("link", name="Write about")).to_have_count(0)
    look(theirs, "record")
    theirs.goto("/messages")
    expect(theirs.get_by_role("region", name=f"Emergency access to {name}")).to_be_visible()
    theirs.goto("/residents/emergencies")
    expect(theirs.get_by_role("heading", level=1)).not_to_contain_text("Opened in an emergency")

    manager = visit("joanne-hartley", "/today", java_script_enabled=has_script)
    look(manager, "today")
    manager.get_by_role("region", name="Opened in an emergency").get_by_role("link", name=name).click()
    look(manager, "review")
    manager.get_by_label("Was it justified?").select_option(label="No, it was not")
    manager.get_by_role("button", name="Save what you found").click()
    expect(manager.get_by_role("alert", name="There is a problem")).to_contain_text("Say why")
    manager.get_by_label("Your words").fill("He was in the wrong corridor. I have talked with him.")
    manager.get_by_role("button", name="Save what you found").click()
    expect(manager.get_by_role("heading", name="It was not justified")).to_be_visible()
    look(manager, "reviewed")
    manager.goto("/residents/emergencies")
    look(manager, "list")

    # It was over at once.
    theirs.goto("/residents")
    expect(theirs.get_by_role("link", name=name)).to_have_count(0)
    expect(theirs.get_by_role("region", name=f"Emergency access to {name}")).to_have_count(0)


def test_the_security_log_tells_an_administrator_and_is_seen(visit, axe):
    page = visit("dylan-prosser", "/audit/security")
    expect(page.get_by_role("table")).to_contain_text("Signed in with a new browser")
    looked_at(axe, page, "security")
    page.get_by_label("What happened").select_option(label="A role was given")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="Nothing of this kind")).to_be_visible()
    page.goto("/today")
    expect(page.get_by_role("heading", name="Security: have a look")).to_be_visible()
    looked_at(axe, page, "security-today")
    page.get_by_role("button", name="I have seen these").click()
    page.wait_for_url("**/today")
    expect(page.get_by_role("heading", name="Security: have a look")).to_have_count(0)
