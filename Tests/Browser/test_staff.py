"""A colleague is invited, comes, and is one of us; a leaver is out; a stream ends with its sign-in."""

import time

import pytest
from browsing import assert_accessible, assert_fits, sign_in, wait_until_live
from playwright.sync_api import Page, expect

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PASSWORD = "three words apart"


def invite(page: Page, name: str) -> str:
    """Somebody in charge makes a link; its address."""
    page.goto("/staff")
    page.get_by_role("link", name="Invite a colleague").click()
    page.get_by_label("Their name").fill(name)
    page.get_by_label("Role", exact=True).select_option(label="Care assistant")
    page.get_by_label("Where").select_option(label="Rowan House")
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name} is invited")
    return page.get_by_label(f"Link for {name}").input_value()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_colleague_is_invited_comes_by_the_link_and_is_in_the_list(viewport, visit, contexts, watch, axe):
    watch.expect("status of 404", "status of 422")
    name, username = f"Mary Sutton {time.time_ns() % 1_000_000}", f"mary.{time.time_ns()}"
    hers = visit("joanne-hartley", "/today", viewport=viewport)
    if viewport is PHONE:
        hers.locator("summary", has_text="your menu").click()
        hers.get_by_role("link", name="Staff").click()
    else:
        hers.get_by_role("navigation", name="Main").get_by_role("link", name="Staff").click()
    link = invite(hers, name)
    assert_accessible(axe, hers)
    assert_fits(hers)

    his = contexts(viewport=viewport).new_page()
    his.goto(link)
    expect(his.get_by_role("heading", level=1)).to_have_text("Welcome, Mary")
    his.get_by_label("Username you will sign in with").fill(username)
    his.get_by_label("Password", exact=True).fill("short")
    his.get_by_role("button", name="Make my account").click()
    expect(his.get_by_role("alert")).to_contain_text("Use at least 15 characters")
    expect(his.get_by_label("Username you will sign in with")).to_have_value(username)
    assert_accessible(axe, his)
    his.get_by_label("Password", exact=True).fill(PASSWORD)
    his.get_by_role("button", name="Make my account").click()
    his.wait_for_url("**/sign-in?new=true")
    expect(his.get_by_text("Your account is made")).to_be_visible()
    sign_in(his, username, PASSWORD)
    expect(his.get_by_role("heading", level=1)).to_have_text("Today at Rowan House")

    again = contexts(viewport=viewport).new_page()
    again.goto(link)
    expect(again.get_by_role("heading", level=1)).to_have_text("This link does not work any more")
    assert_accessible(axe, again)

    hers.goto("/staff")
    wait_until_live(hers)
    hers.get_by_label("Find by name").fill(name)
    expect(hers.locator("#found")).to_contain_text("1 person")
    row = hers.get_by_role("row", name=name)
    expect(row).to_contain_text("Care assistant")
    expect(row).to_contain_text("Rowan House")


def test_a_leaver_is_signed_out_at_once_and_cannot_come_back(visit, contexts, watch):
    watch.expect("status of 401", "status of 422")
    name, username = f"Leo Brief {time.time_ns() % 1_000_000}", f"leo.{time.time_ns()}"
    hers = visit("joanne-hartley", "/staff")
    link = invite(hers, name)
    his = contexts().new_page()
    his.goto(link)
    his.get_by_label("Username you will sign in with").fill(username)
    his.get_by_label("Password", exact=True).fill(PASSWORD)
    his.get_by_role("button", name="Make my account").click()
    his.wait_for_url("**/sign-in?new=true")
    sign_in(his, username, PASSWORD)
    wait_until_live(his)

    hers.goto("/staff")
    hers.get_by_label("Find by name").fill(name)
    hers.get_by_role("link", name=name).click()
    expect(hers.get_by_role("heading", level=1)).to_have_text(name)
    hers.get_by_role("button", name="Close the account").click()
    expect(hers.get_by_role("main")).to_contain_text("This account is closed")
    # His page hears of it by itself.
    expect(his.locator(".connection[data-state='live']")).to_have_count(0)
    his.goto("/today")
    expect(his.get_by_role("button", name="Sign in")).to_be_visible()
    sign_in(his, username, PASSWORD)
    expect(his.get_by_role("alert")).to_contain_text("do not match an account")


def test_everybody_ends_their_other_sign_ins(contexts, usernames):
    pages = []
    for _ in range(2):
        page = contexts().new_page()
        sign_in(page, usernames["pauline-marsden"])
        page.wait_for_url("**/today")
        pages.append(page)
    here, there = pages
    here.locator("summary", has_text="your menu").click()
    here.get_by_role("link", name="Your sign-ins").click()
    expect(here.get_by_role("heading", level=1)).to_have_text("Your sign-ins")
    expect(here.get_by_role("main").get_by_text("This device", exact=True)).to_have_count(1)
    here.get_by_role("button", name="End all but this one").click()
    expect(here.get_by_role("main").get_by_role("listitem")).to_have_count(1)
    there.goto("/messages")
    expect(there.get_by_role("button", name="Sign in")).to_be_visible()
