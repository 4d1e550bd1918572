"""A manager who has never seen the product moves a home in, finding each thing by the words on the page.

The last file, because what it brings in stays.
"""

import re

from browsing import sign_in
from playwright.sync_api import Page, expect

NAMES = ["Ada", "Bert", "Connie", "Dora", "Elsie", "Fred", "Gwen", "Harold", "Iris", "Jack"]
RESIDENTS = [f"{first} {last}" for last in ("Appleby", "Brook") for first in NAMES]


def go(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name=name).click()


def test_a_home_is_moved_in_in_an_afternoon(contexts, usernames):
    page = contexts().new_page()
    page.goto("/")
    sign_in(page, usernames["joanne-hartley"])
    expect(page.get_by_role("heading", level=1)).to_have_text("Today at Rowan House")

    # Twenty residents, from the list that the office has.
    go(page, "Residents")
    page.get_by_role("link", name="Bring in a list").click()
    lines = [f"{name},Rowan House,{60 + number},02/02/2026" for number, name in enumerate(RESIDENTS)]
    table = "\r\n".join(["full_name,home,room,moved_in_on", *lines]).encode()
    page.get_by_label("Take it from a file").set_input_files(
        files=[{"name": "residents.csv", "mimeType": "text/csv", "buffer": table}]
    )
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("main")).to_contain_text("It names 20 residents. Nobody is brought in yet.")
    page.get_by_role("button", name="Bring in 20 residents").click()
    page.wait_for_url("**/residents")

    # A care team for some of them.
    for name in RESIDENTS[:3]:
        go(page, "Residents")
        page.get_by_role("searchbox", name=re.compile("Find")).fill(name)
        page.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        team = page.get_by_role("region", name="Care team")
        for carer in ("Precious Adeyemi, Care assistant", "Sian Griffiths, Registered nurse"):
            page.get_by_label("Bring somebody in").select_option(label=carer)
            page.get_by_role("button", name="Bring in").click()
            expect(team).to_contain_text(carer.split(",")[0])

    # Somebody new to help.
    go(page, "Staff")
    page.get_by_role("link", name="Invite a colleague").click()
    page.get_by_label("Their name").fill("Nell Archer")
    page.get_by_label("Role", exact=True).select_option(label="Care assistant")
    page.get_by_label("Where").select_option(label="Rowan House")
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Link for Nell Archer").input_value()
    nell = contexts().new_page()
    nell.goto(link)
    nell.get_by_label("Username you will sign in with").fill("nell.archer")
    nell.get_by_label("Password", exact=True).fill("a quiet afternoon")
    nell.get_by_role("button", name="Make my account").click()
    nell.wait_for_url("**/sign-in?new=true")
    sign_in(nell, "nell.archer", "a quiet afternoon")
    expect(nell.get_by_role("heading", level=1)).to_have_text("Today at Rowan House")

    # Everybody is told, and who has not read it is there to be seen.
    go(page, "Messages")
    page.get_by_role("link", name="Announcements").click()
    page.get_by_role("link", name="New announcement").click()
    page.get_by_label("Who is it for?").select_option(label="Rowan House")
    page.get_by_label("Title").fill("Twenty people move in on Monday")
    page.get_by_label("Announcement", exact=True).fill("Please read their care plans before your shift.")
    page.get_by_label("Ask everybody to confirm").check()
    page.get_by_role("button", name="See whom it reaches").click()
    page.get_by_role("button", name=re.compile("^Announce it to")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Twenty people move in on Monday")

    card = nell.locator("article", has_text="Twenty people move in on Monday")
    card.get_by_role("link", name="Twenty people move in on Monday").click()
    nell.get_by_role("button", name="I have read this").click()
    expect(nell.get_by_text("You have confirmed")).to_be_visible()
    expect(page.get_by_text("1 confirmed", exact=True)).to_be_visible()
    page.get_by_role("link", name=re.compile("^Not confirmed")).click()
    expect(page.get_by_role("row", name=re.compile("Precious Adeyemi"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Nell Archer"))).to_have_count(0)
