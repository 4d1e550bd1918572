"""Something is to be said later: written, changed, taken back, and not sent to whoever left."""

import re
from datetime import date, timedelta

import pytest
from browsing import assert_accessible, assert_fits
from playwright.sync_api import expect


@pytest.mark.parametrize("scripted", [True, False], ids=["with a script", "without"])
def test_a_message_waits_and_is_changed_and_taken_back(scripted, visit, colleague, watch, axe):
    watch.expect("status of 422")
    phone = {"java_script_enabled": scripted, "viewport": {"width": 320, "height": 640}}
    text = f"Bring the hoist, {'live' if scripted else 'plain'}"
    kofi = colleague("kofi-boateng")
    address = colleague("sian-griffiths").start("Hoist", kofi)
    page = visit("kofi-boateng", address, **phone)
    page.get_by_role("link", name="Send later").click()
    page.get_by_label("Message", exact=True).fill(text)
    page.get_by_label("Day").fill("2020-01-01")
    page.get_by_label("Time").fill("07:00")
    page.get_by_role("button", name="Send it then").click()
    expect(page.locator(".error-summary")).to_contain_text("Choose a time that is not over yet")
    expect(page.get_by_label("Message", exact=True)).to_have_value(text)
    page.get_by_label("Day").fill((date.today() + timedelta(days=2)).isoformat())
    if scripted:
        assert_accessible(axe, page)
    assert_fits(page)
    page.get_by_role("button", name="Send it then").click()
    waiting = page.get_by_role("article", name=re.compile("^Goes at 07:00 on")).filter(has_text=text)
    expect(waiting).to_be_visible()
    if scripted:
        assert_accessible(axe, page)
    assert_fits(page)
    waiting.get_by_role("link", name=re.compile("^Change it")).click()
    page.get_by_label("Time").fill("08:30")
    page.get_by_role("button", name="Save the changes").click()
    waiting = page.get_by_role("article", name=re.compile("^Goes at 08:30 on")).filter(has_text=text)
    waiting.get_by_role("button", name=re.compile("^Do not send it")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("To be sent later")
    expect(waiting).to_have_count(0)
    assert text not in kofi.messages(address)
