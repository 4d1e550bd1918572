"""Somebody looks for what was said, finds it, opens it where it was said, and comes back."""

import re
from urllib.parse import unquote

import pytest
from browsing import assert_accessible, assert_fits
from playwright.sync_api import expect

WORD = "heliotrope"


@pytest.fixture(scope="module")
def address(colleague):
    """A conversation with more in it than a page, in which one word is far up."""
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("The garden", kofi, first=f"The {WORD}s are <b>out</b> by the gate")
    for number in range(60):
        kofi.say(address, f"Number {number}")
    return address


@pytest.mark.parametrize("has_script", [True, False])
def test_a_message_is_found_from_the_top_of_any_page_and_opened_where_it_was_said(visit, address, has_script):
    page = visit("kofi-boateng", "/today", java_script_enabled=has_script)
    page.get_by_role("search", name="Quick search").get_by_label("Search messages").fill(f"{WORD} gate")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?s=*")
    # Neither the address nor the title, which a browser's history keeps, says what was looked for.
    assert WORD not in unquote(page.url) and WORD not in page.title()
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")
    expect(page.get_by_label("Words in messages you may read")).to_have_value(f"{WORD} gate")
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("1 message in 1 conversation")
    found = page.get_by_role("listitem").filter(has=page.locator("mark"))
    expect(found.locator("mark")).to_have_text([f"{WORD}s", "gate"])
    expect(found).to_contain_text("The heliotropes are <b>out</b> by the gate")
    results = page.url
    found.get_by_role("link", name="The garden").click()
    expect(page).to_have_url(re.compile(rf"{address}\?at=.+#message-"))
    message = page.get_by_role("article").filter(has_text=WORD)
    expect(message).to_be_in_viewport()
    page.go_back()
    page.wait_for_url(results)
    expect(page.locator("mark")).to_have_count(2)
    page.reload()
    expect(page.locator("mark")).to_have_count(2)


def test_a_search_is_narrowed_and_says_what_is_wrong(visit, address, watch):
    watch.expect("status of 422")
    page = visit("kofi-boateng", f"/search?conversation={address.removeprefix('/messages/')}")
    expect(page.get_by_role("main")).to_contain_text("Only in The garden.")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    summary = page.locator(".error-summary")
    expect(summary.get_by_role("link")).to_have_text("Write a word to look for")
    expect(page).to_have_title(re.compile("Error: Search"))
    page.get_by_label("Words in messages you may read").fill("the")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(summary).to_contain_text("These words are in almost every message")
    page.get_by_label("Words in messages you may read").fill("number")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("main")).to_contain_text("20 messages on this page")
    page.get_by_role("link", name="Older messages").click()
    expect(page.locator("mark")).to_have_count(20)
    expect(page.get_by_role("listitem").filter(has_text="Number 20")).to_have_count(1)
    page.get_by_role("link", name="Newest messages").click()
    expect(page.get_by_role("listitem").filter(has_text="Number 59")).to_have_count(1)
    page.get_by_text("Narrow it down").click()
    page.get_by_label("Written by").select_option(label="Me")
    page.get_by_label("To", exact=True).fill("2020-01-01")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="No message has these words")).to_be_visible()
    expect(page.get_by_label("Written by")).to_be_visible()


def test_a_search_of_another_sign_in_does_not_open(visit, address):
    his = visit("kofi-boateng", "/search")
    his.get_by_label("Words in messages you may read").fill(WORD)
    his.get_by_role("main").get_by_role("button", name="Search").click()
    his.wait_for_url("**/search?s=*")
    hers = visit("precious-adeyemi", his.url)
    expect(hers.get_by_role("main")).to_contain_text("A search ends with the sign-in that began it")
    expect(hers.get_by_label("Words in messages you may read")).to_have_value("")
    hers.get_by_label("Words in messages you may read").fill(WORD)
    hers.get_by_role("main").get_by_role("button", name="Search").click()
    expect(hers.get_by_role("heading", name="No message has these words")).to_be_visible()


def test_everything_said_about_a_resident_is_on_one_page(visit, axe):
    page = visit("sian-griffiths", "/residents?q=Harold", java_script_enabled=False)
    page.get_by_role("link", name="Harold Whitcombe").click()
    page.get_by_role("link", name="Everything said about").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything said about Harold Whitcombe")
    main = page.get_by_role("main")
    expect(main).to_contain_text("right hearing aid is not in his ear")
    expect(main).to_contain_text("Each opening is recorded")
    page.get_by_role("link", name="Search in it").click()
    page.get_by_label("Words in messages you may read").fill("“hearing aid”")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.locator("mark").first).to_be_visible()
    expect(page.get_by_label("About", exact=True)).to_contain_text("Harold Whitcombe")


@pytest.mark.parametrize("look", ["light", "dark"])
def test_what_is_found_is_accessible_and_fits(contexts, signed_in, axe, address, look):
    page = contexts(
        storage_state=signed_in("kofi-boateng"), viewport={"width": 320, "height": 640}, color_scheme=look
    ).new_page()
    page.goto("/today")
    page.get_by_role("link", name="Search messages").click()
    page.get_by_label("Words in messages you may read").fill(f"number -{WORD}")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.locator("mark").first).to_be_visible()
    page.get_by_text("Narrow it down").click()
    assert_fits(page)
    assert_accessible(axe, page)
