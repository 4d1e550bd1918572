"""Every page and state of it: accessible, never too wide, in both looks, on a phone and on a desk, and on a picture."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from browsing import SCREENSHOTS, Colleague, assert_accessible, assert_fits, wait_until_live
from playwright.sync_api import Page, expect

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


def nothing(_page: Page) -> None:
    pass


@dataclass
class State:
    """A page as somebody meets it; `path` may be that of the conversation that was made for these tests."""

    name: str
    path: str
    person: str | None = "sian-griffiths"
    status: int = 200
    reach: Callable[[Page], None] = field(default=nothing)


def send_empty(page: Page) -> None:
    """As a browser that checks nothing by itself."""
    page.locator("#main form[method='post']").evaluate("(form) => form.noValidate = true")
    page.locator("#main").get_by_role("button", name=re.compile("^(Send|Sign in|Search|See whom it reaches)$")).click()
    expect(page.locator(".error-summary")).to_be_visible()


def send_spaces(page: Page) -> None:
    """As a form without a script: a browser takes spaces for text, and the server does not."""
    page.locator("#composer").evaluate("(form) => form.addEventListener('submit', (event) => event.stopPropagation())")
    page.locator("#body").fill("   ")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".error-summary")).to_be_visible()


def open_all(page: Page) -> None:
    page.locator("main details").evaluate_all("(all) => all.forEach((one) => one.open = true)")
    page.wait_for_load_state("networkidle")


def change_policy_to_nothing(page: Page) -> None:
    page.get_by_label("Minutes in which a message may be changed").fill("soon")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error-summary")).to_be_visible()


def open_first_details(page: Page) -> None:
    page.locator("main tbody details > summary").first.click()


def choose_urgent(page: Page) -> None:
    page.get_by_role("radio", name="Urgent").check(force=True)


def open_menu(page: Page) -> None:
    page.locator("summary", has_text="your menu").click()


def open_homes(page: Page) -> None:
    page.locator(".home-switch > summary").click()


def reply(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^Reply to")).last.click()


def find_nobody(page: Page) -> None:
    page.get_by_label("Find by name or room").fill("Nobody of that name")
    expect(page.get_by_role("heading", name="Nobody has that name")).to_be_visible()


def open_first_resident(page: Page) -> None:
    page.get_by_role("link", name="Jean Appleyard").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jean Appleyard")


def open_everything_said(page: Page) -> None:
    open_first_resident(page)
    page.get_by_role("link", name="Everything said about").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything said about Jean Appleyard")


def search_for(page: Page, words: str) -> None:
    page.get_by_label("Words in messages you may read").fill(words)
    page.get_by_role("main").get_by_role("button", name="Search").click()
    page.wait_for_url("**/search?s=*")


def search_for_tea(page: Page) -> None:
    search_for(page, "tea")
    expect(page.locator("mark").first).to_be_visible()
    page.get_by_text("Narrow it down").click()


def search_for_nothing(page: Page) -> None:
    search_for(page, "zygomatic")
    expect(page.get_by_role("heading", name="No message has these words")).to_be_visible()


def open_first_resident_fully(page: Page) -> None:
    open_first_resident(page)
    open_all(page)


def open_from_first_resident(name: str) -> Callable[[Page], None]:
    """One of the pages that the first resident's leads to; everything in it unfolded."""

    def reach(page: Page) -> None:
        page.get_by_role("link", name="Jean Appleyard").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Jean Appleyard")
        page.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Jean Appleyard")
        open_all(page)

    return reach


def save_nothing(page: Page) -> None:
    page.locator("#main form[method='post']").evaluate("(form) => form.noValidate = true")
    page.locator("#main").get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".error-summary")).to_be_visible()


GOOD = "Wilfred Ash,Rowan House,41,2026-02-02\n"


def look_at_list(rows: str) -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        page.get_by_label("The list").fill(f"full_name,home,room,moved_in_on\n{rows}")
        page.get_by_role("button", name="Look at it").click()
        page.locator(".error-summary, .notice-good").wait_for()

    return reach


def edit_what_somebody_changed(page: Page) -> None:
    """Two people have the form open; the other one saves first."""
    open_from_first_resident("Change details")(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Room").fill(f"{time.time_ns() % 1_000_000}")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Jean Appleyard")
    other.close()
    page.get_by_label("What they like to be called").fill("Jeannie")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("There now:").first).to_be_visible()


def open_professional(page: Page) -> None:
    page.get_by_role("link", name="Sister Bolanle Adisa").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sister Bolanle Adisa")
    open_all(page)


def receipts(page: Page) -> None:
    page.goto(page.locator(".receipts-here").last.get_attribute("hx-get") or "")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who has read this")


def change(page: Page) -> None:
    """What one may do with a message of one's own."""
    page.get_by_role("link", name=re.compile("^(Edit or delete|Delete|Remove)")).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change a message")


def change_to_nothing(page: Page) -> None:
    change(page)
    page.locator("#body").evaluate("(body) => { body.form.noValidate = true; body.value = '  '; }")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error-summary")).to_be_visible()


def earlier_words(page: Page) -> None:
    page.get_by_role("link", name="Edited").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What this message said")


def tagged(page: Page) -> None:
    page.get_by_role("link", name="By tag").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tagged Fluids")


def open_member(page: Page) -> None:
    page.get_by_role("link", name="Precious Adeyemi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Precious Adeyemi")
    open_all(page)


def give_nothing(page: Page) -> None:
    open_member(page)
    page.locator("#main form[method='post']").evaluate_all("(all) => all.forEach((form) => form.noValidate = true)")
    page.get_by_role("button", name="Give this role").click()
    expect(page.locator(".error-summary")).to_be_visible()


def make_reset_link(page: Page) -> None:
    open_member(page)
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_label("Link for Precious")).to_be_visible()


def invite_nobody(page: Page) -> None:
    page.locator("#main form[method='post']").evaluate("(form) => form.noValidate = true")
    page.get_by_role("button", name="Make the link").click()
    expect(page.locator(".error-summary")).to_be_visible()


def invite_somebody(page: Page) -> None:
    page.get_by_label("Their name").fill("Mary Sutton")
    page.get_by_label("Role", exact=True).select_option(label="Agency worker")
    page.get_by_label("Where").select_option(label="Garden Wing, Rowan House")
    page.get_by_label("Last day").fill("2099-01-31")
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mary Sutton is invited")


def open_invitation(page: Page) -> None:
    invite_somebody(page)
    page.goto(page.get_by_label("Link for Mary Sutton").input_value())
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Mary")


def wait_for_invitation(page: Page) -> None:
    page.goto("/staff/invite")
    invite_somebody(page)
    page.get_by_role("link", name="See all invitations").click()
    expect(page.get_by_role("heading", name="Mary Sutton").first).to_be_visible()


def put_up_nothing(page: Page) -> None:
    open_from_first_resident("Add a photo")(page)
    page.locator("form[enctype]").evaluate("(form) => form.noValidate = true")
    page.get_by_role("button", name="Put it up").click()
    expect(page.locator(".error-summary")).to_be_visible()


def plan_nothing(page: Page) -> None:
    page.locator("#main form.stack").evaluate("(form) => form.noValidate = true")
    page.get_by_role("button", name="Put on the rota").click()
    expect(page.locator(".error-summary")).to_be_visible()


def open_ladder(page: Page) -> None:
    page.get_by_role("link", name="What happens when nobody answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("When nobody answers an urgent message")


def change_ladder_to_nothing(page: Page) -> None:
    open_ladder(page)
    page.get_by_label("Minutes for each person").fill("0")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error-summary")).to_be_visible()


STATES = [
    State("sign-in", "/sign-in", None),
    State("sign-in-error", "/sign-in", None, reach=send_empty),
    State("today", "/today"),
    State("today-care-assistant", "/today", "precious-adeyemi"),
    State("today-manager", "/today", "joanne-hartley"),
    State("today-three-homes", "/today", "catherine-ashworth"),
    State("today-menu", "/today", "catherine-ashworth", reach=open_menu),
    State("today-homes", "/today", "catherine-ashworth", reach=open_homes),
    State("messages", "/messages"),
    State("messages-urgent", "/messages?show=urgent"),
    State("messages-nothing-urgent", "/messages?show=urgent", "teresa-quinn"),
    State("conversation", "conversation"),
    State("conversation-care-team", "care-team"),
    State("conversation-opened", "conversation", reach=open_all),
    State("conversation-urgent", "conversation", reach=choose_urgent),
    State("conversation-reply", "conversation", reach=reply),
    State("conversation-error", "conversation", reach=send_spaces),
    State("conversation-not-in-it", "conversation", "joanne-hartley"),
    State("receipts", "conversation", reach=receipts),
    State("change", "conversation", reach=change),
    State("change-error", "conversation", reach=change_to_nothing),
    State("change-not-mine", "conversation", "joanne-hartley", reach=change),
    State("versions", "conversation", reach=earlier_words),
    State("tagged", "conversation", reach=tagged),
    State("new", "/messages/new"),
    State("new-error", "/messages/new", reach=send_empty),
    State("concern", "/concern"),
    State("concern-error", "/concern", reach=send_empty),
    State("residents", "/residents"),
    State("residents-nobody", "/residents", reach=find_nobody),
    State("residents-three-homes", "/residents", "catherine-ashworth"),
    State("resident", "/residents", reach=open_first_resident),
    State("search", "/search"),
    State("search-found", "/search", reach=search_for_tea),
    State("search-nothing", "/search", reach=search_for_nothing),
    State("search-error", "/search", reach=send_empty),
    State("said-about", "/residents", reach=open_everything_said),
    State("resident-manager", "/residents", "joanne-hartley", reach=open_first_resident_fully),
    State("resident-new", "/residents/new", "joanne-hartley"),
    State("resident-new-error", "/residents/new", "joanne-hartley", reach=save_nothing),
    State("resident-edit", "/residents", "joanne-hartley", reach=open_from_first_resident("Change details")),
    State("resident-edit-stale", "/residents", "joanne-hartley", reach=edit_what_somebody_changed),
    State("residents-with-photo", "/residents?q=Harold"),
    State("resident-photo", "resident-photo"),
    State("resident-photo-error", "/residents", "joanne-hartley", reach=put_up_nothing),
    State("residents-import", "/residents/import", "joanne-hartley"),
    State("residents-import-wrong", "/residents/import", "joanne-hartley", reach=look_at_list("Nobody,Nowhere,1,\n")),
    State("residents-import-good", "/residents/import", "joanne-hartley", reach=look_at_list(GOOD)),
    State("professionals", "/professionals"),
    State("professional", "/professionals", reach=open_professional),
    State("professional-new-error", "/professionals/new", "joanne-hartley", reach=save_nothing),
    State("resident-needs", "needs", "sian-griffiths", reach=open_all),
    State("resident-contacts", "contacts", "joanne-hartley", reach=open_all),
    State("resident-with-needs", "resident", "joanne-hartley", reach=open_all),
    State("announcements", "/announcements"),
    State("announcements-overseen", "/announcements?show=overseen", "joanne-hartley"),
    State("announcements-none", "/announcements", "dylan-prosser"),
    State("announcement", "announcement", "kofi-boateng"),
    State("announcement-manager", "announcement", "joanne-hartley", reach=open_all),
    State("announcement-new", "/announcements/new", "joanne-hartley", reach=open_all),
    State("announcement-error", "/announcements/new", "joanne-hartley", reach=send_empty),
    State("templates", "/messages/templates"),
    State("template", "template", "joanne-hartley"),
    State("template-new", "/messages/templates/new", "joanne-hartley"),
    State("template-fill", "filling"),
    State("template-choose", "choosing"),
    State("staff", "/staff"),
    State("staff-manager", "/staff", "catherine-ashworth"),
    State("staff-nobody", "/staff?q=Nobody+of+that+name", "joanne-hartley"),
    State("staff-member", "/staff?q=Precious", "joanne-hartley", reach=open_member),
    State("staff-member-error", "/staff?q=Precious", "joanne-hartley", reach=give_nothing),
    State("staff-member-colleague", "/staff?q=Precious", "precious-adeyemi", reach=open_member),
    State("staff-invite", "/staff/invite", "joanne-hartley"),
    State("staff-invite-error", "/staff/invite", "joanne-hartley", reach=invite_nobody),
    State("staff-invited", "/staff/invite", "joanne-hartley", reach=invite_somebody),
    State("staff-invitations", "/staff/invitations", "joanne-hartley", reach=wait_for_invitation),
    State("staff-invitations-none", "/staff/invitations", "marcus-llewellyn"),
    State("homes", "/homes", "catherine-ashworth", reach=open_all),
    State("homes-to-look-at", "/homes", "precious-adeyemi"),
    State("sign-ins", "/sign-ins", "joanne-hartley"),
    State("password", "/password", "joanne-hartley"),
    State("reset-link", "/staff?q=Precious", "joanne-hartley", reach=make_reset_link),
    State("reset-dead", "/reset/nothing", None, status=404),
    State("welcome", "/staff/invite", "joanne-hartley", reach=open_invitation),
    State("welcome-dead", "/invitation/nothing", None, status=404),
    State("rota", "/rota"),
    State("rota-clocks", "rota-clocks"),
    State("rota-manager", "/rota", "joanne-hartley"),
    State("rota-error", "/rota", "joanne-hartley", reach=plan_nothing),
    State("ladder", "/rota", reach=open_ladder),
    State("ladder-manager", "/rota", "joanne-hartley", reach=open_ladder),
    State("ladder-error", "/rota", "joanne-hartley", reach=change_ladder_to_nothing),
    State("failed-jobs", "/operations/failed-jobs", "catherine-ashworth"),
    State("policy", "/operations/policy"),
    State("policy-of-a-role", "/operations/policy?role=care_assistant"),
    State("message-policy", "/messages/policy", "catherine-ashworth"),
    State("message-policy-error", "/messages/policy", "catherine-ashworth", reach=change_policy_to_nothing),
    State("message-policy-to-read", "/messages/policy", "precious-adeyemi"),
    State("audit", "/audit?person=&kind=read", "catherine-ashworth", reach=open_first_details),
    State("audit-error", "/audit?from=2026-11-24&to=2026-11-22&object=x", "catherine-ashworth", status=422),
    State("audit-nothing", "/audit?kind=destroy", "catherine-ashworth"),
    State("audit-resident", "/residents", "joanne-hartley", reach=open_from_first_resident("Who has looked")),
    State("send-later", "later"),
    State("scheduled", "/messages/scheduled"),
    State("not-found", "/messages/01a20401-c750-73ef-b164-94b4b1324178", status=404),
    State("not-found-signed-out", "/no-such-page", None, status=404),
    State("not-allowed", "/residents", "dylan-prosser", status=403),
    State("not-a-number", "/messages?before=nonsense", status=400),
    State("offline", "/offline", None),
]


@pytest.fixture(scope="module")
def paths(colleague: Callable[[str], Colleague]) -> dict[str, str]:
    """A conversation in which everything happens that a message can be."""
    sian, hannah, joanne = (colleague(key) for key in ("sian-griffiths", "hannah-oyelaran", "joanne-hartley"))
    resident = sian.get("/people/residents?q=Harold")["items"][0]["id"]
    message = {"body": "His new glasses have come.\n\nThey are in the office.", "urgency": "routine"}
    started = sian.post(
        "/messages/conversations",
        kind="group",
        subject="New glasses",
        resident_id=resident,
        members=[hannah.id],
        message=message,
    )
    address = f"/messages/{started['id']}"
    hannah.say(address, "I will try them on him after dinner.", "same_day")
    hannah.say(address, "He has walked into the door frame. " + "Averyveryverylongwordthatnobodysays" * 4, "urgent")
    conversation = f"/messages/conversations/{started['id']}"
    hurt = sian.say(address, "Is he hurt?", "urgent")
    wrong = hannah.say(address, "Ivy has eaten nothing.")
    sian.put(f"{conversation}/messages/{hurt['id']}", body="Is he hurt? I am coming.")
    sian.put(f"{conversation}/messages/{hurt['id']}/tags", tags=["fluids", "falls"])
    sian.post(f"{conversation}/messages/{hurt['id']}/reactions", reaction="heart", is_given=True)
    hannah.delete(f"{conversation}/messages/{wrong['id']}")
    teams = sian.get("/messages/conversations?show=residents")["items"]
    team = next(one["conversation"]["id"] for one in teams if one["conversation"]["kind"] == "care_team")
    records = f"/people/residents/{resident}"
    sian.show_face(resident)
    sian.post(f"{records}/needs", kind="lip_reads", words="Left ear; sit on his right side", sharing="agreed")
    sian.post(f"{records}/needs", kind="easy_read", sharing="not_asked")
    son = {"full_name": "Peter Whitcombe", "relationship": "child", "telephone": "0113 496 0121"}
    contact = sian.post(
        f"{records}/contacts", **son, email="peter@example.org", is_emergency=True, authority="attorney_hw"
    )
    joanne.post(f"{records}/contacts/{contact['id']}/restrictions", kind="supervised", reason="He asked for it")
    home = next(home["id"] for home in joanne.get("/accounts/homes")["items"] if home["name"] == "Rowan House")
    announced = joanne.post(
        "/announcements",
        title="The lift is being mended, from Monday to Wednesday",
        body="Use the stairs.\n\nWhoever cannot use them stays on the ground floor: ask Sian.",
        home_id=home,
        asks_confirmation=True,
    )
    page = f"/residents/{resident}"
    places = {"resident": page, "needs": f"{page}/needs", "contacts": f"{page}/contacts", "resident-photo": f"{page}/photo"}
    fall = joanne.post("/messages/templates", title="A fall", body="{{resident}} at {{time}}: {{What happened}}")
    places["template"] = f"/messages/templates/{fall['id']}"
    places["choosing"] = f"{address}/templates"
    places["later"] = f"{address}/later"
    places["filling"] = f"{address}/templates/{fall['id']}"
    places["announcement"] = f"/announcements/{announced['id']}"
    rota = (("daniel-okoro", "shift", 2), ("hannah-oyelaran", "shift", 3), ("daniel-okoro", "on_call_manager", 1))
    for key, kind, order in rota:
        # Over a night on which the clocks change; today's is the demonstration's.
        joanne.post(
            f"/rotas/homes/{home}/shifts",
            person_id=colleague(key).id,
            kind=kind,
            starts="2027-03-27T20:00",
            ends="2027-03-28T08:00",
            position=order,
        )
    places["rota-clocks"] = f"/rota/{home}?day=2027-03-27"
    return {"conversation": address, "care-team": f"/messages/{team}"} | places


def picture(page: Page, name: str) -> None:
    """The whole page; of a conversation what the window shows, for much of it stands still there."""
    SCREENSHOTS.mkdir(exist_ok=True)
    is_whole = not name.startswith("conversation")
    if is_whole and ".phone." in name:
        page.locator(".rail").evaluate_all("(all) => all.forEach((one) => one.style.position = 'static')")
    page.screenshot(path=SCREENSHOTS / f"{name}.jpeg", full_page=is_whole, type="jpeg", quality=70)
    page.locator(".rail").evaluate_all("(all) => all.forEach((one) => one.style.removeProperty('position'))")


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_it_is_accessible_and_fits_in_every_look_and_size(state: State, paths, contexts, signed_in, watch, axe):
    watch.expect("status of 400", "status of 403", "status of 404", "status of 412", "status of 422")
    who = {"storage_state": signed_in(state.person)} if state.person else {}
    # Colours that fade from one look to the other have no contrast to speak of meanwhile.
    page = contexts(viewport=PHONE, reduced_motion="reduce", **who).new_page()
    response = page.goto(paths.get(state.path, state.path))
    assert response and response.status == state.status
    state.reach(page)
    if page.locator("body[data-person]").count():
        wait_until_live(page)
    for size, viewport in (("phone", PHONE), ("desk", DESK)):
        page.set_viewport_size(viewport)
        for look in ("light", "dark"):
            page.emulate_media(color_scheme=look)
            # What a page says and where is the same in both looks; only its colours are not.
            assert_accessible(axe, page, *(["color-contrast"] if look == "dark" else []))
            picture(page, f"{state.name}.{size}.{look}")
    page.emulate_media(color_scheme="light")
    # 320 px is also 1280 px at 400 %, and then the window is 256 px high.
    for viewport in ({"width": 320, "height": 640}, {"width": 320, "height": 256}, PHONE, DESK):
        page.set_viewport_size(viewport)
        assert_fits(page)
    assert page.locator("h1").count() == 1
    assert page.title().endswith(" · WriteCareConnect")
