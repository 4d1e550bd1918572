"""A template is written, filled in, looked over in the conversation, and sent; with a script and without."""

import re

import pytest
from browsing import assert_accessible, assert_fits
from playwright.sync_api import expect


@pytest.mark.parametrize("scripted", [True, False], ids=["with a script", "without"])
def test_a_message_begins_with_a_template(scripted, visit, colleague, watch, axe):
    watch.expect("status of 412", "status of 422")
    title = f"A fall {'live' if scripted else 'plain'}"
    phone = {"java_script_enabled": scripted, "viewport": {"width": 320, "height": 640}}
    joanne = visit("joanne-hartley", "/messages/templates", **phone)
    joanne.get_by_role("link", name="New template").click()
    joanne.get_by_label("Title").fill(title)
    joanne.get_by_label("Message", exact=True).fill("Fell at {{time}}. {{What happened")
    joanne.get_by_role("button", name="Save the template").click()
    expect(joanne.locator(".error-summary")).to_contain_text("One here is not")
    joanne.get_by_label("Message", exact=True).fill("Fell at {{time}}. {{What happened}}")
    joanne.get_by_role("button", name="Save the template").click()
    expect(joanne.get_by_role("heading", level=1)).to_have_text(title)
    assert_fits(joanne)
    # Somebody saves meanwhile.
    address = joanne.url.rsplit("/", 1)[1]
    colleague("ravi-menon").put(f"/messages/templates/{address}", title=title, body="At {{time}}: {{What happened}}")
    joanne.get_by_label("Message", exact=True).fill("Mine {{What happened}}")
    joanne.get_by_role("button", name="Save the changes").click()
    expect(joanne.locator(".error-summary")).to_contain_text("Somebody changed this template")
    expect(joanne.locator(".field-now")).to_contain_text("At {{time}}: {{What happened}}")
    expect(joanne.get_by_label("Message", exact=True)).to_have_value("Mine {{What happened}}")

    conversation = colleague("sian-griffiths").start("Falls today", colleague("kofi-boateng"))
    kofi = visit("kofi-boateng", conversation, **phone)
    kofi.get_by_role("link", name="Use a template").click()
    kofi.get_by_role("link", name=title).click()
    if scripted:
        assert_accessible(axe, kofi)
    expect(kofi.get_by_label("Time")).to_have_value(re.compile(r"^\d\d:\d\d$"))
    kofi.get_by_label("Time").fill("10:15")
    kofi.get_by_label("What happened").fill("  ")
    kofi.get_by_role("button", name="Put it into the conversation").click()
    expect(kofi.locator(".error-summary")).to_contain_text("Fill in “What happened”")
    expect(kofi.get_by_label("Time")).to_have_value("10:15")
    kofi.get_by_label("What happened").fill("Slipped <b>here</b>, not hurt.")
    kofi.get_by_role("button", name="Put it into the conversation").click()
    expect(kofi.locator("#body")).to_have_value("At 10:15: Slipped <b>here</b>, not hurt.")
    if scripted:
        assert_accessible(axe, kofi)
    kofi.get_by_role("button", name="Send").click()
    expect(kofi.get_by_role("log").get_by_role("article").last).to_contain_text("At 10:15: Slipped <b>here</b>")
    # The next message is made from nothing.
    expect(kofi.locator("#composer [name='template']")).to_have_count(0)
    assert colleague("kofi-boateng").messages(conversation)[-1] == "At 10:15: Slipped <b>here</b>, not hurt."
