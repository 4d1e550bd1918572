"""Two people talk, each in a browser of their own."""

import re

from browsing import wait_until_live
from playwright.sync_api import Page, expect


def is_in_sight(page: Page, text: str) -> bool:
    box = page.get_by_text(text, exact=True).bounding_box()
    return box is not None and 0 <= box["y"] <= page.viewport_size["height"]


def write(page: Page, text: str) -> None:
    page.locator("#body").fill(text)
    page.get_by_role("button", name="Send").click()


def test_what_one_writes_the_other_sees_without_reloading(visit, colleague):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Live between two", kofi)
    hers, his = visit("sian-griffiths", address), visit("kofi-boateng", address)
    for page in (hers, his):
        page.evaluate("window.isTheSamePage = true")
    write(hers, "Has Harold had his tea?\n\nHe was asleep at four.")
    expect(his.get_by_role("log").get_by_role("article").last).to_contain_text("Has Harold had his tea?")
    expect(his.get_by_role("log").get_by_role("article").last).to_contain_text("Sian Griffiths")
    write(his, "He has, and a second cup.")
    answer = hers.get_by_role("log").get_by_role("article").last
    expect(answer).to_contain_text("He has, and a second cup.")
    # He had it open, so she learns that he has read what she wrote.
    expect(hers.locator(".message-waiting")).to_have_count(0)
    for page in (hers, his):
        assert page.evaluate("window.isTheSamePage")
        expect(page.get_by_role("log").get_by_role("article")).to_have_count(3)


def test_a_reply_stands_with_what_it_answers_and_a_mention_with_its_name(visit, colleague):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Replies", kofi, first="Which chair is Ivy in?")
    his = visit("kofi-boateng", address)
    his.get_by_role("link", name=re.compile("^Reply to Sian Griffiths")).click()
    expect(his.locator("#body")).to_be_focused()
    expect(his.locator("#composer-reply")).to_contain_text("Sian Griffiths: Which chair is Ivy in?")
    his.get_by_text("Mention somebody").click()
    his.get_by_role("checkbox", name="Sian Griffiths").check()
    write(his, "The one by the window")
    sent = his.get_by_role("log").get_by_role("article").last
    expect(sent).to_contain_text("Sian Griffiths: Which chair is Ivy in?")
    expect(sent).to_contain_text("For Sian Griffiths")
    expect(his.locator("#composer-reply")).to_be_hidden()
    hers = visit("sian-griffiths", address)
    expect(hers.get_by_role("log").get_by_role("article").last).to_contain_text("For you")


def test_new_messages_do_not_move_what_is_being_read(visit, colleague):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Long enough to scroll", kofi)
    for number in range(1, 25):
        sian.say(address, f"Line {number} of the handover")
    his = visit("kofi-boateng", address)
    his.get_by_text("Line 5 of the handover", exact=True).scroll_into_view_if_needed()
    his.evaluate("window.scrollTo(0, 0)")
    before = his.get_by_text("Line 5 of the handover", exact=True).bounding_box()
    sian.say(address, "Somebody is at the door")
    fresh = his.get_by_role("button", name="1 new message")
    expect(fresh).to_be_visible()
    assert his.get_by_text("Line 5 of the handover", exact=True).bounding_box() == before
    sian.say(address, "It is the chemist")
    expect(his.get_by_role("button", name="2 new messages")).to_be_visible()
    assert his.get_by_text("Line 5 of the handover", exact=True).bounding_box() == before

    his.get_by_role("button", name="2 new messages").click()
    expect(his.get_by_role("log").get_by_role("article").nth(-2)).to_be_focused()
    assert is_in_sight(his, "Somebody is at the door")
    expect(his.get_by_role("button", name="new message")).to_have_count(0)


def test_new_messages_do_not_move_what_is_being_written(visit, colleague):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Writing", kofi)
    his = visit("kofi-boateng", address)
    his.locator("#body").press_sequentially("I am half way thr")
    before = his.locator("#body").bounding_box()
    sian.say(address, "One more thing")
    expect(his.get_by_role("log").get_by_role("article")).to_have_count(2)
    expect(his.locator("#body")).to_be_focused()
    expect(his.locator("#body")).to_have_value("I am half way thr")
    assert his.locator("#body").bounding_box() == before


def test_history_is_turned_over_both_ways(visit, colleague):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("More than a page", kofi, first="The very first")
    for number in range(1, 60):
        sian.say(address, f"Line {number}")
    his = visit("kofi-boateng", address)
    seen: list[str] = []
    while True:
        page = his.get_by_role("log").locator(".message-text").all_inner_texts()
        seen = page + seen
        earlier = his.get_by_role("link", name="Earlier messages")
        if earlier.count() == 0:
            break
        earlier.click()
        expect(his.get_by_role("log").get_by_role("article").last).not_to_contain_text(page[-1])
    assert seen == ["The very first"] + [f"Line {number}" for number in range(1, 60)]
    sian.say(address, "While the beginning was read")
    expect(his.get_by_role("link", name="New messages at the end")).to_be_visible()
    # By the keyboard: what is brought up to date meanwhile may move the link from under a pointer.
    his.get_by_role("link", name="Later messages").press("Enter")
    wait_until_live(his)
    expect(his.get_by_role("log")).to_contain_text("Line 59")


def test_an_urgent_message_is_announced_acknowledged_and_shows_who_has_not_answered(visit, colleague):
    sian, kofi, precious = (colleague(key) for key in ("sian-griffiths", "kofi-boateng", "precious-adeyemi"))
    address = sian.start("Somebody is needed", kofi, precious)
    his, elsewhere = visit("kofi-boateng", address), visit("precious-adeyemi", "/residents")
    hers = visit("sian-griffiths", address)
    hers.get_by_label("Urgent").check(force=True)
    expect(hers.get_by_text("Not for emergencies: call 999.")).to_be_visible()
    write(hers, "Maeve has fallen in the Terrace lounge")

    expect(his.locator("#say-now")).to_have_text("Urgent message from Sian Griffiths")
    expect(elsewhere).to_have_title(re.compile(r"^\([0-9]+ urgent\) "))
    message = his.get_by_role("log").get_by_role("article").last
    expect(message).to_contain_text("0 of 2 have answered")
    expect(message.locator(".tick-wait")).to_have_count(2)
    message.get_by_role("button", name="I am acting on it").click()
    expect(message.locator(".tick-yes")).to_contain_text("You")
    expect(message.get_by_role("button", name="I am acting on it")).to_have_count(0)

    asked = hers.get_by_role("log").get_by_role("article").last
    expect(asked).to_contain_text("1 of 2 have answered")
    expect(asked.locator(".tick-yes")).to_contain_text("Kofi Boateng")
    expect(asked.locator(".tick-wait")).to_contain_text("Precious Adeyemi")
    expect(asked.locator(".tick-wait")).to_contain_text("has not answered")

    asked.locator(".message-reads summary").click()
    receipts = asked.locator(".receipts-here")
    expect(receipts).to_contain_text(re.compile("Kofi Boateng.*is acting on it", re.DOTALL))
    expect(receipts).to_contain_text(re.compile("Precious Adeyemi.*has not answered", re.DOTALL))

    elsewhere.goto("/today")
    wait_until_live(elsewhere)
    card = elsewhere.locator(".urgent", has_text="Maeve has fallen")
    card.get_by_role("button", name="I am acting on it").click()
    expect(card).to_have_count(0)
    expect(asked).to_contain_text("Everybody has answered")


def test_unread_messages_are_counted_until_their_end_has_been_seen(visit, colleague):
    dylan, catherine = colleague("dylan-prosser"), colleague("catherine-ashworth")
    his = visit("dylan-prosser", "/messages?show=all")
    count = his.locator("#nav-messages .count")
    before = int(count.inner_text().split()[0]) if count.count() else 0
    address = catherine.start("Counted", dylan, first="One")
    expect(count).to_contain_text(f"{before + 1}")
    catherine.say(address, "Two")
    expect(count).to_contain_text(f"{before + 2}")
    row = his.locator("#conversations li", has_text="Counted")
    expect(row).to_contain_text("2 unread")

    row.get_by_role("link").click()
    wait_until_live(his)
    expect(his.locator("#new")).to_be_visible()
    expect(his.locator("#conversations li.is-open")).not_to_contain_text("unread")
    if before:
        expect(count).to_contain_text(f"{before}")
    else:
        expect(count).to_have_count(0)
    receipts = catherine.get(f"/messages/conversations/{address.removeprefix('/messages/')}/messages")
    assert receipts["messages"][-1]["body"] == "Two"


def test_somebody_is_brought_in_reads_from_then_on_and_leaves(visit, colleague):
    sian, kofi, precious = (colleague(key) for key in ("sian-griffiths", "kofi-boateng", "precious-adeyemi"))
    address = sian.start("Bringing in", kofi, first="Before Precious came")
    hers = visit("sian-griffiths", address)
    hers.locator(".members > summary").click()
    hers.get_by_label("Bring somebody in").select_option(label="Precious Adeyemi, Care assistant")
    hers.get_by_role("button", name="Bring in").click()
    expect(hers.locator(".members > summary")).to_contain_text("Three people")
    sian.say(address, "After Precious came")

    newcomer = visit("precious-adeyemi", address)
    expect(newcomer.get_by_role("log")).to_contain_text("After Precious came")
    expect(newcomer.get_by_role("log")).not_to_contain_text("Before Precious came")
    expect(newcomer.locator("#thread")).to_contain_text("You joined later")
    newcomer.locator(".members > summary").click()
    newcomer.get_by_role("button", name="Leave this conversation").click()
    newcomer.wait_for_url("**/messages")
    assert newcomer.locator("#conversations", has_text="Bringing in").count() == 0
    assert precious.request.get(f"/api/v1{address.replace('/messages/', '/messages/conversations/')}").status == 404
