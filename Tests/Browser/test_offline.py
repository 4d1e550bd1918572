"""The tablet leaves the reach of the Wi-Fi, and comes back."""

from browsing import wait_until_kept, wait_until_live
from playwright.sync_api import expect

GONE = ("ERR_INTERNET_DISCONNECTED", "Failed to load resource: net::")


def test_whoever_was_away_has_missed_nothing_and_what_was_written_is_sent_once(visit, colleague, watch):
    watch.expect(*GONE)
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Out of reach", kofi)
    his = visit("kofi-boateng", address)
    his.evaluate("window.isTheSamePage = true")
    his.context.set_offline(True)
    expect(his.locator(".connection")).to_contain_text("No connection. What you send is kept on this page")
    for number in range(1, 6):
        sian.say(address, f"While he was away, {number}")
    for text in ("From the cellar, one", "From the cellar, two"):
        his.locator("#body").fill(text)
        his.get_by_role("button", name="Send").click()
    waiting = his.locator(".message-waiting")
    expect(waiting).to_have_count(2)
    expect(waiting.first).to_contain_text("Not sent yet, it is kept here. We keep trying.")
    expect(his.locator(".connection")).to_contain_text("2 things you sent are kept on this page")
    expect(his.locator("#body")).to_have_value("")
    # Being impatient sends nothing twice either.
    waiting.first.get_by_role("button", name="Try now").click()

    his.context.set_offline(False)
    wait_until_live(his)
    expect(waiting).to_have_count(0)
    expected = ["Is anybody there?"] + [f"While he was away, {number}" for number in range(1, 6)]
    expected += ["From the cellar, one", "From the cellar, two"]
    said = his.get_by_role("log").locator(".message-text")
    expect(said).to_have_text(expected)
    assert his.evaluate("window.isTheSamePage")
    assert sian.messages(address) == expected


def test_an_answer_that_never_came_back_has_had_its_effect_once(visit, colleague, watch):
    """The server has the message, and the tablet does not know: its next try must not say it again."""
    watch.expect("Failed to load resource: net::")
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Lost on the way back", kofi)
    his = visit("kofi-boateng", address)
    tries: list[str] = []

    def lose_the_first(route):
        if route.request.method != "POST" or route.request.url.endswith("/read"):
            return route.continue_()
        tries.append(route.request.post_data)
        if len(tries) > 1:
            return route.continue_()
        route.fetch()
        return route.abort()

    his.route(f"**{address}*", lose_the_first)
    his.locator("#body").fill("Said once")
    his.get_by_role("button", name="Send").click()
    expect(his.get_by_role("log").locator(".message-text")).to_have_text(["Is anybody there?", "Said once"])
    expect(his.locator(".message-waiting")).to_have_count(0)
    assert len(tries) == 2 and tries[0] == tries[1]
    assert sian.messages(address) == ["Is anybody there?", "Said once"]


def test_an_acknowledgement_that_cannot_be_sent_says_that_nobody_knows(visit, colleague, watch):
    watch.expect(*GONE)
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Urgent and away", kofi, first="Can you come to Room 3?", urgency="urgent")
    his = visit("kofi-boateng", address)
    his.context.set_offline(True)
    his.get_by_role("button", name="I am acting on it").click()
    expect(his.get_by_role("log")).to_contain_text("Not sent yet: nobody knows. We keep trying; tell somebody.")
    his.context.set_offline(False)
    expect(his.get_by_role("log")).to_contain_text("Everybody has answered")


def test_a_page_that_is_opened_without_a_connection_says_what_was_kept_and_opens_when_it_is_back(visit, watch):
    watch.expect(*GONE)
    page = visit("kofi-boateng", "/today")
    wait_until_kept(page)
    page.context.set_offline(True)
    page.goto("/messages")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page needs a connection")
    expect(page.get_by_role("heading", name="If it cannot wait")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Messages")


def test_a_message_that_is_refused_comes_back_to_be_written_again(visit, colleague, watch):
    watch.expect("status of 404", "status of 422")
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Left meanwhile", kofi)
    his = visit("kofi-boateng", address)
    his.locator("#body").fill("Too late for this")
    conversation = address.removeprefix("/messages/")
    left = kofi.request.delete(
        f"/api/v1/messages/conversations/{conversation}/members/{kofi.id}",
        headers={"Idempotency-Key": "0b0c38f8-6d7a-4f5e-9d7c-1a5d2f3b4c5d"},
    )
    assert left.ok, left.text()
    his.get_by_role("button", name="Send").click()
    summary = his.get_by_role("alert").filter(has_text="Your message was not sent")
    expect(summary).to_be_focused()
    expect(his.locator("#body")).to_have_value("Too late for this")
