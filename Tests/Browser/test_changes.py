"""A message is edited, deleted, removed and reacted to, while others have it before them."""

import re

from browsing import assert_accessible, wait_until_live
from playwright.sync_api import Page, expect


def messages(page: Page):
    return page.get_by_role("log").get_by_role("article")


def conversation(address: str) -> str:
    return address.removeprefix("/messages/")


def change(page: Page, name: str = "Edit or delete") -> None:
    """By the link below the last message that has it."""
    page.get_by_role("link", name=re.compile(f"^{name}")).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change a message")


def test_an_edit_is_seen_at_once_and_moves_nothing(visit, colleague):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Edited while it is read", kofi, first="First of all.\n\n" + "It is long. " * 60)
    for number in range(1, 15):
        sian.say(address, f"Line {number} of the handover")
    his, hers = visit("kofi-boateng", address), visit("sian-griffiths", address)
    his.evaluate("window.isTheSamePage = true")
    read = his.get_by_text("Line 9 of the handover", exact=True)
    read.scroll_into_view_if_needed()
    before = read.bounding_box()

    hers.get_by_role("link", name=re.compile("^Edit or delete")).first.click()
    hers.get_by_label("What it should say").fill("Short.")
    hers.get_by_role("button", name="Save").click()
    edited = messages(hers).first
    expect(edited).to_contain_text("Short.")
    expect(edited).to_contain_text("Edited")

    expect(messages(his).first).to_contain_text("Short.")
    expect(messages(his).first).not_to_contain_text("It is long.")
    assert abs(read.bounding_box()["y"] - before["y"]) < 2
    assert his.evaluate("window.isTheSamePage")
    messages(his).first.get_by_role("link", name="Edited").click()
    expect(his.get_by_role("heading", level=1)).to_have_text("What this message said")
    expect(his.get_by_role("main")).to_contain_text("It is long.")


def test_an_edit_does_not_move_what_is_being_written(visit, colleague):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Edited while one writes", kofi, first="One line")
    said = sian.say(address, "Two lines")
    his = visit("kofi-boateng", address)
    his.get_by_role("link", name=re.compile("^Reply to Sian Griffiths")).last.click()
    his.locator("#body").press_sequentially("I am half way thr")
    before = his.locator("#body").bounding_box()
    sian.put(f"/messages/conversations/{conversation(address)}/messages/{said['id']}", body="Many lines.\n\n" * 12)
    expect(messages(his).last).to_contain_text("Many lines.")
    expect(his.locator("#composer-reply")).to_contain_text("Many lines.")
    expect(his.locator("#body")).to_be_focused()
    expect(his.locator("#body")).to_have_value("I am half way thr")
    assert abs(his.locator("#body").bounding_box()["y"] - before["y"]) < 2


def test_what_is_deleted_disappears_wherever_it_is_shown(visit, colleague):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Deleted while it is read", kofi)
    said = sian.say(address, "Of somebody else entirely")
    kofi.post(
        f"/messages/conversations/{conversation(address)}/messages",
        body="Who is that?",
        urgency="routine",
        reply_to=said["id"],
    )
    his, hers = visit("kofi-boateng", address), visit("sian-griffiths", address)
    messages(his).nth(1).get_by_role("link", name=re.compile("^Reply")).click()
    expect(his.locator("#composer-reply")).to_contain_text("somebody else entirely")
    change(hers)
    hers.get_by_role("button", name="Delete this message").click()
    expect(messages(hers).nth(1)).to_contain_text("You deleted this message.")

    expect(messages(his).nth(1)).to_contain_text("Sian Griffiths deleted this message.")
    expect(messages(his).nth(2)).to_contain_text("This message was removed.")
    expect(his.locator("#composer-reply")).to_be_hidden()
    expect(his.locator("body")).not_to_contain_text("somebody else entirely")
    expect(messages(his)).to_have_count(3)


def test_an_urgent_message_that_is_deleted_asks_for_nothing(visit, colleague):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Asked by mistake", kofi)
    sian.say(address, "Come to Room 90", "urgent")
    his, hers = visit("kofi-boateng", address), visit("sian-griffiths", address)
    expect(his.get_by_role("button", name="I am acting on it")).to_be_visible()
    change(hers)
    hers.get_by_role("button", name="Delete this message").click()
    expect(his.get_by_role("button", name="I am acting on it")).to_have_count(0)
    his.goto("/today")
    expect(his.get_by_role("main")).not_to_contain_text("Room 90")


def test_an_answer_to_words_that_changed_is_not_given(visit, colleague, watch):
    """The page was asleep, so it still shows the words of before."""
    watch.expect("status of 412")
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("The wrong room", kofi)
    said = sian.say(address, "Come to Room 12", "urgent")
    his = visit("kofi-boateng", address, java_script_enabled=False)
    sian.put(f"/messages/conversations/{conversation(address)}/messages/{said['id']}", body="Come to Room 21")
    his.get_by_role("button", name="I am acting on it").click()
    expect(his.get_by_role("heading", level=1)).to_have_text("This message has changed")
    his.goto(address)
    expect(messages(his).last).to_contain_text("Room 21")
    his.get_by_role("button", name="I am acting on it").click()
    expect(messages(his).last).to_contain_text("Everybody has answered")
    hers = visit("sian-griffiths", address)
    change(hers, "Delete")
    expect(hers.get_by_role("main")).to_contain_text("acknowledged this message")
    expect(hers.get_by_role("button", name="Save")).to_have_count(0)


def test_those_in_charge_remove_with_a_reason_without_a_script(visit, colleague, watch):
    watch.expect("status of 422")
    sian, hannah = colleague("sian-griffiths"), colleague("hannah-oyelaran")
    resident = sian.get("/people/residents?q=Harold")["items"][0]["id"]
    started = sian.post(
        "/messages/conversations",
        kind="group",
        subject="The wrong resident",
        resident_id=resident,
        members=[hannah.id],
        message={"body": "Ivy has a rash", "urgency": "routine"},
    )
    page = visit("joanne-hartley", f"/messages/{started['id']}", java_script_enabled=False)
    change(page, "Remove")
    page.locator("form").evaluate_all("(all) => all.forEach((form) => form.noValidate = true)")
    page.get_by_role("button", name="Remove this message").click()
    expect(page.locator(".error-summary")).to_contain_text("Say why")
    page.get_by_label("Why").fill("It is about somebody else")
    page.get_by_role("button", name="Remove this message").click()
    expect(messages(page).first).to_contain_text("You removed this message.")
    expect(page.get_by_role("log")).not_to_contain_text("rash")
    page.get_by_role("link", name="What it said").click()
    expect(page.get_by_role("main")).to_contain_text("Ivy has a rash")
    expect(page.get_by_role("main")).to_contain_text("It is about somebody else")


def test_a_stale_edit_loses_nothing_without_a_script(visit, colleague, watch):
    watch.expect("status of 412")
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("On two devices", kofi)
    one, two = (visit("sian-griffiths", address, java_script_enabled=False) for _ in range(2))
    for page in (one, two):
        change(page)
    for page, text in ((one, "From the phone"), (two, "From the tablet")):
        page.get_by_label("What it should say").fill(text)
        page.get_by_role("button", name="Save").click()
    expect(two.locator(".error-summary")).to_contain_text("This message has changed")
    expect(two.locator("blockquote")).to_contain_text("From the phone")
    expect(two.get_by_label("What it should say")).to_have_value("From the tablet")
    two.get_by_role("button", name="Save").click()
    expect(messages(two).last).to_contain_text("From the tablet")


def test_a_message_is_edited_by_keyboard_alone(visit, colleague):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("By keyboard", kofi)
    page = visit("sian-griffiths", address)
    page.get_by_role("link", name=re.compile("^Edit or delete")).focus()
    page.keyboard.press("Enter")
    page.get_by_label("What it should say").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Typed")
    save = page.get_by_role("button", name="Save")
    for _ in range(12):
        page.keyboard.press("Tab")
        if save.evaluate("(button) => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    wait_until_live(page)
    expect(messages(page).last).to_contain_text("Typed")


def test_reactions_are_given_and_taken_back_at_once_by_keyboard(visit, colleague, axe):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Reacted to", kofi, first="Roy ate all of his dinner")
    sian.say(address, "Somebody come to Room 8", "urgent")
    his, hers = visit("kofi-boateng", address), visit("sian-griffiths", address)
    his.locator(".reactions > summary").last.focus()
    his.keyboard.press("Enter")
    expect(messages(his).last).to_contain_text("A reaction is no answer to an urgent message.")
    his.get_by_role("button", name="Seen to").focus()
    his.keyboard.press("Enter")
    expect(his.get_by_role("button", name="Seen to", pressed=True)).to_be_focused()
    expect(messages(his).last).to_contain_text("Seen to: you")
    expect(messages(his).last).to_contain_text("0 of 1 have answered")
    assert_accessible(axe, his)

    expect(messages(hers).last.locator(".reactions > summary")).to_contain_text("Seen to 1")
    messages(hers).last.locator(".reactions > summary").click()
    expect(messages(hers).last).to_contain_text("Seen to: Kofi Boateng")
    messages(hers).last.get_by_role("button", name="Thank you").click()
    expect(messages(his).last.locator(".reactions > summary")).to_contain_text("Thank you 1")
    # What one has open stays open while others react.
    expect(his.get_by_role("button", name="Seen to", pressed=True)).to_be_focused()
    his.keyboard.press("Enter")
    expect(his.get_by_role("button", name="Seen to", pressed=False)).to_be_focused()
    expect(messages(hers).last.locator(".reactions > summary")).not_to_contain_text("Seen to")


def test_reactions_are_given_and_taken_back_without_a_script(visit, colleague):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Reacted to plainly", kofi, first="Roy ate all of his dinner")
    his = visit("kofi-boateng", address, java_script_enabled=False)
    for name, state in (("Heart", "Heart 1"), ("Heart", "React")):
        his.locator(".reactions > summary").last.click()
        his.get_by_role("button", name=name).click()
        his.wait_for_url("**#message-*")
        expect(his.locator(".reactions > summary").last).to_contain_text(state)


def test_messages_are_tagged_and_found_by_their_tag(visit, colleague):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Tagged", kofi, first="Roy had 480 ml")
    his, hers = visit("kofi-boateng", address), visit("sian-griffiths", address)
    hers.get_by_text("Tag it").click()
    hers.get_by_role("checkbox", name="Skin").check()
    hers.locator("#body").fill("A red heel")
    hers.get_by_role("button", name="Send").click()
    expect(messages(his).last.get_by_role("link", name="Skin")).to_be_visible()
    expect(hers.get_by_role("checkbox", name="Skin")).not_to_be_checked()

    change(his, "Tag")
    his.get_by_role("checkbox", name="Mood").check()
    his.get_by_role("button", name="Set tags").click()
    expect(messages(hers).last.get_by_role("link", name="Mood")).to_be_visible()
    messages(hers).last.get_by_role("link", name="Skin").click()
    expect(hers.get_by_role("heading", level=1)).to_have_text("Tagged Skin")
    expect(hers.get_by_role("main")).to_contain_text("A red heel")
    expect(hers.get_by_role("main")).not_to_contain_text("480 ml")
    hers.get_by_role("link", name="Fluids").click()
    expect(hers.get_by_role("main")).to_contain_text("Nothing in this conversation has this tag.")
