"""Without a mouse, and with the eyes on where the focus is."""

from browsing import wait_until_live
from playwright.sync_api import Page, expect

AT_THE_END = "the focus is nowhere"
FOCUS_IS_SHOWN = """
() => {
    const element = document.activeElement;
    if (element === document.body) return "the focus is nowhere";
    const box = element.getBoundingClientRect();
    if (box.bottom <= 0 || box.top >= innerHeight) return `${element.outerHTML.slice(0, 80)} is out of sight`;
    const places = [element, ...(element.labels ?? []), element.parentElement];
    const shown = places.flatMap((one) => [null, "::before", "::after"].map((part) => [one, part])).some((place) => {
        const style = getComputedStyle(...place);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
    });
    return shown ? "" : `${element.outerHTML.slice(0, 80)} does not show that it has the focus`;
}
"""


def tab_to(page: Page, name: str, role: str | None = None, limit: int = 60) -> None:
    """Tab by tab, each of which has to be seen, until the focus is on what has this name."""
    target = page.get_by_role(role, name=name).first if role else page.get_by_label(name).first
    for _ in range(limit):
        page.keyboard.press("Tab")
        problem = page.evaluate(FOCUS_IS_SHOWN)
        assert problem == "", problem
        if target.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"{name} is not reached within {limit} tabs")


def test_from_signing_in_to_an_answer_sent(contexts, usernames, colleague):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("By keyboard", kofi, first="Did the chemist come?")
    page = contexts().new_page()
    page.goto(f"/sign-in?next={address}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the page")).to_be_in_viewport()
    page.keyboard.press("Enter")
    tab_to(page, "Username or email address")
    page.keyboard.type(usernames["kofi-boateng"])
    tab_to(page, "Password")
    page.keyboard.type("fernhill demonstration")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    wait_until_live(page)

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    tab_to(page, "Reply to Sian Griffiths", role="link")
    page.keyboard.press("Enter")
    expect(page.locator("#body")).to_be_focused()
    page.keyboard.type("It came at two")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("log").get_by_role("article").last).to_contain_text("It came at two")
    assert sian.messages(address)[-1] == "It came at two"


def test_menus_open_and_close_and_give_the_focus_back(visit):
    page = visit("catherine-ashworth", "/today")
    summary = page.locator("summary", has_text="your menu")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(summary).to_be_focused()


def test_urgency_is_chosen_and_an_urgent_message_answered_by_keys(visit, colleague):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("Urgent by keyboard", kofi, first="Are you near the lift?", urgency="urgent")
    page = visit("kofi-boateng", address)
    tab_to(page, "I am acting on it", role="button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Everybody has answered")
    # What had the focus is gone, and the focus is where it was, not at the top of the page.
    expect(page.get_by_role("log").get_by_role("article").last).to_be_focused()
    tab_to(page, "Routine")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Urgent")).to_be_checked()
    expect(page.get_by_text("Not for emergencies: call 999.")).to_be_visible()


def test_every_stop_of_the_main_pages_can_be_seen(visit):
    page = visit("joanne-hartley", "/today")
    for path in ("/today", "/messages?show=urgent", "/residents", "/messages/new"):
        page.goto(path)
        wait_until_live(page)
        for stops in range(40):
            page.keyboard.press("Tab")
            problem = page.evaluate(FOCUS_IS_SHOWN)
            if problem == AT_THE_END and stops > 8:
                break
            assert problem == "", f"{path}: {problem}"
