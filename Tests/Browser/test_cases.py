"""A carer opens a case about something that her manager must not see, and closes it with what became of it."""

import time

import pytest
from browsing import SCREENSHOTS, assert_accessible, assert_fits
from playwright.sync_api import expect

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_case_is_there_for_those_in_it_and_nobody_else(viewport, visit, watch, axe):
    watch.expect("status of 404")
    subject = f"Medicine cupboard {time.time_ns()}"
    hers = visit("sian-griffiths", "/messages/new", viewport=viewport, color_scheme="dark")
    hers.get_by_label("A case").check()
    hers.get_by_label("Which home is it about?").select_option(label="Rowan House")
    hers.get_by_label("Find a person by name or role").fill("Ravi Menon")
    hers.get_by_role("checkbox", name="Ravi Menon").check()
    hers.get_by_label("Subject").fill(subject)
    hers.get_by_label("Message", exact=True).fill("What I saw on Friday.")
    assert_accessible(axe, hers)
    assert_fits(hers)
    hers.get_by_role("button", name="Send").click()
    expect(hers.get_by_text("Confidential case")).to_be_visible()
    assert_accessible(axe, hers)
    assert_fits(hers)
    address = hers.url

    manager = visit("joanne-hartley", "/messages", viewport=viewport)
    expect(manager.get_by_text(subject)).to_have_count(0)
    manager.goto(address)
    expect(manager.get_by_role("heading", level=1)).not_to_have_text(subject)
    expect(manager.get_by_text("What I saw on Friday.")).to_have_count(0)

    hers.locator("summary", has_text="Close this case").click()
    hers.get_by_label("What became of it").fill("Counted again: nothing is missing.")
    hers.screenshot(path=SCREENSHOTS / f"case-{viewport['width']}.png")
    hers.get_by_role("button", name="Close the case").click()
    expect(hers.get_by_text("Counted again: nothing is missing.")).to_be_visible()
    expect(hers.get_by_text("This case is closed.")).to_be_visible()
    assert_accessible(axe, hers)


def test_without_a_script_a_case_about_nobody_asks_for_its_home(visit, axe, watch):
    watch.expect("status of 422")
    hers = visit("sian-griffiths", "/messages/new?kind=case", java_script_enabled=False)
    expect(hers.get_by_label("A case")).to_be_checked()
    hers.get_by_label("Which home is it about?").select_option(label="Choose the home")
    hers.get_by_role("checkbox", name="Ravi Menon").check()
    hers.get_by_label("Subject").fill("Without a home")
    hers.get_by_label("Message", exact=True).fill("What I saw.")
    hers.get_by_role("button", name="Send").click()
    expect(hers.get_by_role("alert", name="There is a problem")).to_contain_text("Choose the home that it is about")
    expect(hers.get_by_label("Subject")).to_have_value("Without a home")
