"""Professionals from outside: written down, found, changed, made a resident's, and ended."""

import re

from browsing import assert_accessible, assert_fits
from playwright.sync_api import expect


def test_a_nurse_writes_one_down_without_a_script_and_makes_them_a_residents(visit, watch):
    watch.expect("status of 422", "status of 412")
    page = visit("sian-griffiths", "/residents", java_script_enabled=False)
    page.get_by_role("link", name="Professionals", exact=True).click()
    page.get_by_role("link", name="Add a professional").click()
    page.get_by_label("Name").fill("Dr Niamh Reilly")
    page.get_by_label("What they are").select_option(label="GP")
    page.get_by_label("Register", exact=True).select_option(label="General Medical Council")
    page.get_by_label("Number in the register").fill("12 34")
    page.get_by_label("Telephone").fill("ring twice")
    page.get_by_role("button", name="Add").click()
    expect(page.locator(".error-summary")).to_contain_text("Check the telephone number")
    expect(page.get_by_label("Name")).to_have_value("Dr Niamh Reilly")
    page.get_by_label("Telephone").fill("0113 496 0391")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dr Niamh Reilly")
    expect(page.get_by_text(re.compile("^This does not look like a number"))).to_be_visible()
    expect(page.get_by_text("Not verified: ask the register.")).to_be_visible()
    one = page.url

    # Two have the form open, and one of them saves first.
    other = visit("joanne-hartley", one + "/edit", java_script_enabled=False)
    page.goto(one + "/edit")
    other.get_by_label("Whom they work for").fill("Mill Road Surgery")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Dr Niamh Reilly")
    page.get_by_label("Number in the register").fill("1234567")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("There now: Mill Road Surgery")).to_be_visible()
    page.get_by_label("Whom they work for").fill("Mill Road Surgery")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile("^This does not look like"))).to_have_count(0)
    expect(page.get_by_text("Works for: Mill Road Surgery")).to_be_visible()

    page.goto("/residents?q=Vera")
    page.get_by_role("link", name="Vera Holroyd").click()
    theirs = page.locator("section", has=page.get_by_role("heading", name="Professionals from outside"))
    theirs.get_by_label("Add one of theirs").select_option(label="Dr Niamh Reilly, GP, Mill Road Surgery")
    theirs.get_by_role("button", name="Add").click()
    expect(theirs.get_by_role("link", name="Dr Niamh Reilly")).to_be_visible()
    expect(theirs.locator("option", has_text="Niamh Reilly")).to_have_count(0)

    carer = visit("chloe-barnes", page.url)
    expect(carer.get_by_role("link", name="Dr Niamh Reilly")).to_be_visible()
    expect(carer.get_by_label("Add one of theirs")).to_have_count(0)

    theirs.get_by_role("button", name=re.compile("^No longer ?: Dr Niamh Reilly")).click()
    expect(theirs.get_by_role("link", name="Dr Niamh Reilly")).to_have_count(0)
    page.goto(one)
    page.locator("summary", has_text="They do not come any more").click()
    page.get_by_label("Why they do not come any more").fill("Retired")
    page.get_by_role("button", name="Take off the list").click()
    expect(page.get_by_text("They do not come any more: Retired")).to_be_visible()
    page.goto("/professionals?q=Reilly")
    expect(page.get_by_text("Nobody like that is on the list.")).to_be_visible()


def test_the_pages_can_be_read_by_everybody(visit, axe):
    for look in ("light", "dark"):
        page = visit("joanne-hartley", "/professionals", color_scheme=look, viewport={"width": 320, "height": 700})
        for path in ("/professionals", "/professionals/new"):
            page.goto(path)
            assert_accessible(axe, page)
            assert_fits(page)
        page.goto("/professionals")
        page.locator("main .row-title a").first.click()
        page.locator("main details").evaluate_all("(all) => all.forEach((one) => one.open = true)")
        expect(page.get_by_role("heading", name="What was changed, and by whom")).to_be_visible()
        assert_accessible(axe, page)
        assert_fits(page)
