"""Conversations are begun, concerns reported, residents found; and Today is true for each of us."""

import re

from browsing import wait_until_live
from playwright.sync_api import expect


def test_a_conversation_is_begun_about_a_resident_and_shows_up_at_once(visit, colleague):
    kofi = colleague("kofi-boateng")
    his = visit("kofi-boateng", "/messages?show=all")
    hers = visit("sian-griffiths", "/messages/new")
    hers.get_by_label("About a resident?").select_option(label="Ivy Sugden, Room 5")
    hers.get_by_label("Find a person by name or role").fill("kofi")
    expect(hers.get_by_role("checkbox", name="Precious Adeyemi")).to_be_hidden()
    hers.get_by_role("checkbox", name="Kofi Boateng").check()
    hers.get_by_label("Find a person by name or role").fill("")
    hers.get_by_label("Subject").fill("Thickened drinks at tea")
    hers.get_by_label("Message", exact=True).fill("The new powder is in the kitchen.")
    hers.get_by_role("button", name="Send").click()
    expect(hers.get_by_role("heading", level=1)).to_have_text("Ivy Sugden, Room 5")
    expect(hers.get_by_role("main")).to_contain_text("Thickened drinks at tea")
    row = his.locator("#conversations li", has_text="Thickened drinks at tea")
    expect(row).to_contain_text("1 unread")
    conversation = hers.url.rsplit("/", 1)[1]
    assert kofi.messages(f"/messages/{conversation}") == ["The new powder is in the kitchen."]
    hers.get_by_role("link", name=re.compile("^Ivy.*’s page$")).click()
    expect(hers.get_by_role("heading", level=1)).to_have_text("Ivy Sugden")
    expect(hers.get_by_role("main")).to_contain_text("Thickened drinks at tea")


def test_a_concern_goes_to_those_in_charge_as_urgent(visit, colleague):
    page = visit("precious-adeyemi", "/residents")
    page.get_by_role("link", name="Report a concern").click()
    expect(page.get_by_role("heading", name="Somebody in danger now? Call 999 first")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Joanne Hartley")).to_be_checked()
    expect(page.get_by_role("radio", name="Urgent")).to_be_checked()
    page.get_by_label("Who is it about?").select_option(label="Harold Whitcombe, Room 7")
    page.get_by_label("In a few words").fill("A bruise I cannot explain")
    page.get_by_label("What happened, where and when").fill("Left forearm, seen at wash, about the size of a coin.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Harold Whitcombe, Room 7")
    expect(page.get_by_role("log")).to_contain_text("have answered")

    manager = visit("joanne-hartley", "/today")
    waiting = manager.locator(".urgent", has_text="Left forearm")
    expect(waiting).to_contain_text("Left forearm, seen at wash")
    expect(manager.locator(".home-block", has_text="Rowan House")).to_contain_text("Left forearm")


def test_the_manager_of_all_homes_sees_each_and_who_has_not_answered(visit, colleague):
    page = visit("catherine-ashworth", "/today")
    expect(page.locator(".home-block h3")).to_have_text(["Rowan House", "Harbour View", "Orchard Court"])
    block = page.locator(".home-block", has_text="Rowan House")
    items = block.locator(".row")
    expect(block.locator(".home-fact-n")).to_have_text(str(items.count()))
    for item in items.all():
        expect(item).to_contain_text(re.compile("Not answered: .+"))
    page.locator(".home-switch > summary").click()
    page.locator(".home-switch").get_by_role("link", name="Harbour View").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today at Harbour View")
    expect(page.locator(".home-block h3")).to_have_text(["Harbour View"])
    expect(page.locator("body")).to_have_attribute("data-home", "harbour")


def test_residents_are_found_by_name_and_by_room_as_one_types(visit):
    page = visit("sian-griffiths", "/residents")
    page.get_by_label("Find by name or room").press_sequentially("edit")
    expect(page.get_by_role("row").filter(has=page.get_by_role("rowheader"))).to_have_count(1)
    expect(page.locator("#found")).to_contain_text("1 resident")
    page.wait_for_url("**/residents?q=edit*")
    expect(page.get_by_label("Find by name or room")).to_be_focused()
    page.get_by_label("Find by name or room").fill("Nobody of that name")
    expect(page.get_by_role("heading", name="Nobody has that name")).to_be_visible()
    page.get_by_role("link", name="See everybody").click()
    wait_until_live(page)
    page.get_by_label("Find by name or room").fill("12")
    expect(page.get_by_role("row", name="Edith Marlow")).to_be_visible()
    page.get_by_role("link", name="Edith Marlow").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Edith Marlow")
    expect(page.locator(".facts")).to_contain_text("Room 12")
    expect(page.get_by_role("region", name="Care team")).to_contain_text("key worker")
    expect(page.get_by_role("region", name=re.compile("^Said about Edie")).get_by_role("link")).not_to_have_count(0)


def test_the_list_of_residents_goes_on_and_back(visit):
    page = visit("catherine-ashworth", "/residents")
    names: list[str] = []
    while True:
        names += page.locator("#residents .person-name").all_inner_texts()
        more = page.get_by_role("link", name="More residents")
        if more.count() == 0:
            break
        more.click()
        wait_until_live(page)
    assert len(names) == len(set(names)) and len(names) >= 60
    page.get_by_role("link", name="Back to the start").click()
    page.wait_for_url("**/residents")


def test_whoever_looks_after_the_tablets_sees_no_residents(visit, watch):
    watch.expect("status of 403", "status of 404")
    page = visit("dylan-prosser", "/today")
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Residents")).to_have_count(0)
    assert page.goto("/residents").status == 403
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("If you need help, read out this number")


def test_the_look_is_chosen_and_kept(visit):
    page = visit("kofi-boateng", "/today")
    page.locator("summary", has_text="your menu").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()
    # Written by the server, so that no light page flashes before the script runs.
    assert page.evaluate("fetch('/today').then((a) => a.text()).then((text) => text.includes('data-theme=\"dark\"'))")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    page.locator("summary", has_text="your menu").click()
    page.get_by_role("button", name="Same as this device").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark


def test_a_resident_is_added_changed_and_cared_for_without_a_script(visit, watch):
    watch.expect("status of 422")
    page = visit("joanne-hartley", "/residents", java_script_enabled=False)
    page.get_by_role("link", name="Add a resident").click()
    page.get_by_label("Name", exact=True).fill("Winifred Oakes")
    page.get_by_label("NHS number").fill("999 000 0019")
    page.get_by_label("Room").fill("31")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("link", name="its digits do not add up")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Winifred Oakes")
    page.get_by_label("NHS number").fill("999 000 0018")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Winifred Oakes")
    expect(page.locator(".facts")).to_contain_text("999 000 0018")

    page.get_by_role("link", name="Change details").click()
    page.get_by_label("Room").fill("32")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Show the changes").click()
    expect(page.get_by_role("main")).to_contain_text("Room: 32, was 31")

    page.get_by_label("Bring somebody in").select_option(label="Precious Adeyemi, Care assistant")
    page.get_by_role("button", name="Bring in").click()
    team = page.get_by_role("region", name="Care team")
    expect(team).to_contain_text("Precious Adeyemi")
    team.get_by_role("button", name="Take out Precious Adeyemi").click()
    expect(team).to_contain_text("Nobody is named yet")

    page.get_by_role("link", name="Write it down").click()
    page.get_by_label("What they need", exact=True).select_option(label="Uses a hearing aid")
    page.get_by_label("In their own words").fill("Left ear")
    page.get_by_label("May others be told").select_option(label="They agree that others are told")
    page.get_by_role("button", name="Write down").click()
    page.get_by_role("link", name="Winifred Oakes").click()
    banner = page.get_by_role("complementary", name="How Winifred needs you to communicate")
    expect(banner).to_contain_text("Uses a hearing aid. Left ear")
    expect(banner.get_by_role("button")).to_have_count(0)


def test_how_a_resident_needs_to_be_talked_with_stands_above_what_is_written_about_them(visit, colleague):
    sian = colleague("sian-griffiths")
    ivy = sian.get("/people/residents?q=Ivy%20Sugden")["items"][0]["id"]
    sian.post(f"/people/residents/{ivy}/needs", kind="lip_reads", words="Sit facing the window", sharing="agreed")
    page = visit("sian-griffiths", f"/messages/new?resident={ivy}")
    page.get_by_role("checkbox", name="Kofi Boateng").check()
    page.get_by_label("Subject").fill("Her new chair")
    page.get_by_label("Message", exact=True).fill("It comes on Tuesday.")
    page.get_by_role("button", name="Send").click()
    banner = page.get_by_role("complementary", name="How Ivy Sugden needs you to communicate")
    expect(banner).to_contain_text("Lip-reads: face them. Sit facing the window")


def test_a_list_of_residents_is_looked_at_and_then_brought_in(visit, watch):
    watch.expect("status of 422")
    page = visit("joanne-hartley", "/residents")
    page.get_by_role("link", name="Bring in a list").click()
    head = "full_name,home,room,moved_in_on\r\n"
    good = head + '"Ash, Wilfred",Rowan House,42,02/02/2026\r\n'
    wrong = {"name": "people.csv", "mimeType": "text/csv", "buffer": f"{head}Wilfred,Rowan House,,yesterday\n".encode()}
    page.get_by_label("Take it from a file").set_input_files(files=[wrong])
    expect(page.get_by_label("The list")).to_have_value(re.compile("yesterday"))
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator(".error-summary")).to_contain_text("Line 2, moved_in_on")
    page.get_by_label("The list").fill(good)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("main")).to_contain_text("It names one resident. Nobody is brought in yet.")
    page.get_by_role("button", name="Bring in one resident").click()
    page.wait_for_url("**/residents")
    expect(page.get_by_role("main")).to_contain_text("Ash, Wilfred")
    page.goto("/residents/import")
    page.get_by_label("The list").fill(good)
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator(".error-summary")).to_contain_text("A resident like this is here already")
