"""Where no script runs, everything is a form and a page, and nothing is lost."""

import re

from browsing import sign_in
from playwright.sync_api import expect


def test_the_whole_way_through_without_a_script(contexts, usernames, colleague, watch):
    watch.expect("status of 422")
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Without a script", kofi, first="Please look at Roy’s heel", urgency="urgent")
    page = contexts(java_script_enabled=False).new_page()
    sign_in(page, usernames["kofi-boateng"], "not the password")
    expect(page.get_by_role("alert")).to_contain_text("do not match an account")
    expect(page.get_by_label("Username or email address")).to_have_value(usernames["kofi-boateng"])
    page.get_by_label("Password", exact=True).fill("fernhill demonstration")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today at Rowan House")

    page.locator(".urgent", has_text="Roy’s heel").get_by_role("button", name="I am acting on it").click()
    page.wait_for_url("**/today")
    expect(page.locator(".urgent", has_text="Roy’s heel")).to_have_count(0)

    page.goto(address)
    expect(page.get_by_role("log")).to_contain_text("Everybody has answered")
    page.get_by_role("button", name="Mark as read").click()
    page.wait_for_url(f"**{address}")
    expect(page.get_by_role("button", name="Mark as read")).to_have_count(0)

    page.get_by_role("link", name=re.compile("^Reply to Sian Griffiths")).click()
    expect(page.locator("#composer-reply")).to_contain_text("Sian Griffiths: Please look at Roy’s heel")
    page.get_by_text("Mention somebody").click()
    page.get_by_role("checkbox", name="Sian Griffiths").check()
    page.locator("#body").fill("  ")
    page.get_by_label("Same day").check(force=True)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page).to_have_title(re.compile("Error: "))
    # What was chosen is still chosen.
    expect(page.get_by_label("Same day")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Sian Griffiths")).to_be_checked()
    expect(page.locator("#composer-reply")).to_contain_text("Please look at Roy’s heel")
    page.locator("#body").fill("Pink, not broken.")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile("#message-"))
    expect(page.get_by_role("log").get_by_role("article").last).to_contain_text("Pink, not broken.")
    assert sian.messages(address)[-1] == "Pink, not broken."

    page.locator(".message-reads summary").last.click()
    page.get_by_role("link", name="Who has read it, and when").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who has read this")
    page.get_by_role("link", name=re.compile("^Back to ")).click()

    page.goto("/residents")
    page.get_by_label("Find by name or room").fill("Roy")
    page.get_by_role("button", name="Find").click()
    page.wait_for_url("**/residents?q=Roy*")
    page.get_by_role("link", name="Roy Kettlewell").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Roy Kettlewell")

    page.locator("summary", has_text="your menu").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")


def test_a_form_that_is_sent_twice_says_it_once(visit, colleague):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Pressed twice", kofi)
    page = visit("kofi-boateng", address, java_script_enabled=False)
    page.locator("#body").fill("Once is enough")
    page.get_by_role("button", name="Send").dblclick()
    # The second press breaks off the first, so the page is waited for, and not its coming.
    expect(page).to_have_url(re.compile("#message-"))
    expect(page.get_by_role("log").get_by_role("article")).to_have_count(2)
    assert sian.messages(address).count("Once is enough") == 1


def test_a_new_message_that_is_wrong_comes_back_as_it_was(visit, watch):
    watch.expect("status of 422")
    page = visit("kofi-boateng", "/messages/new", java_script_enabled=False)
    page.get_by_label("Subject").fill("Saturday’s outing")
    page.get_by_label("Message", exact=True).fill("Who has a driving licence?")
    page.get_by_label("Same day").check(force=True)
    page.get_by_role("button", name="Send").click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_visible()
    link = summary.get_by_role("link").first
    assert link.get_attribute("href") == "#people"
    expect(page.locator("#people-error")).to_be_visible()
    expect(page.get_by_label("Subject")).to_have_value("Saturday’s outing")
    expect(page.get_by_label("Message", exact=True)).to_have_value("Who has a driving licence?")
    expect(page.get_by_label("Same day")).to_be_checked()
    page.get_by_role("checkbox", name="Sian Griffiths").check()
    page.get_by_role("checkbox", name="Precious Adeyemi").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Saturday’s outing")
    expect(page.get_by_role("log")).to_contain_text("Who has a driving licence?")
