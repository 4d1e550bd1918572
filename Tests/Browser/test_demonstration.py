"""What somebody who tries the product finds when they sign in as one of those who are told to them."""

import re

from playwright.sync_api import expect


def test_the_page_to_sign_in_says_whom_to_try_it_as(contexts):
    page = contexts().new_page()
    page.goto("/sign-in")
    expect(page.get_by_text("precious.adeyemi", exact=True)).to_be_visible()
    expect(page.get_by_text("fernhill demonstration", exact=True)).to_be_visible()


def test_a_carer_has_something_to_acknowledge_and_something_to_confirm(visit):
    page = visit("chloe-barnes")
    card = page.locator("article", has_text="New thickener: read this before you give a drink")
    expect(card).to_contain_text("Please confirm")
    hers = visit("sunita-rai")
    expect(hers.locator(".urgent", has_text="Clarice slid off her chair")).to_be_visible()


def test_a_manager_sees_the_ladder_climb_and_how_far_an_announcement_is(visit):
    page = visit("joanne-hartley")
    item = page.locator(".home-block .row", has_text="Clarice Daniels")
    expect(item).to_contain_text(re.compile("Passed on at [0-9]{2}:[0-9]{2} to "))
    progress = page.locator("section", has=page.get_by_role("heading", name="Your announcements"))
    expect(progress).to_contain_text(re.compile("New thickener.*[0-9]+ of [0-9]+ have confirmed"))
    item.get_by_role("link").click()
    expect(page.get_by_role("list", name="How it was passed on").last.get_by_role("listitem").first).to_be_visible()


def test_the_manager_on_call_is_asked_next(visit):
    page = visit("ravi-menon")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.urgent')].some((one) => one.innerText.includes('Clarice slid'))",
        timeout=180_000,
    )
    expect(page.locator(".urgent", has_text="Clarice slid")).to_contain_text("Passed on to you at")


def test_what_is_written_down_about_residents_is_there(visit):
    page = visit("joanne-hartley", "/residents?q=Winston")
    page.get_by_role("link", name="Winston Clarke").click()
    expect(page.get_by_text(re.compile("To be looked at again since"))).to_be_visible()
    page.goto("/residents?q=Doreen")
    page.get_by_role("link", name="Doreen Pickering").click()
    expect(page.get_by_text("Tell them nothing about the resident")).to_be_visible()
    page.goto("/rota")
    expect(page.locator("#now ~ .rows").get_by_text("Ravi Menon").first).to_be_visible()
    page.goto("/messages/templates")
    expect(page.get_by_role("link", name="Handover of one resident")).to_be_visible()
    page.goto("/messages/scheduled")
    expect(page.locator(".message-text", has_text="The fire service is here at ten")).to_be_visible()
    page.goto("/staff/invitations")
    expect(page.get_by_text("Aisha Rahman").first).to_be_visible()
