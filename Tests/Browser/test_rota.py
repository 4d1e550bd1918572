"""Who works when, and what happens when nobody answers: what people see of it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from browsing import SCREENSHOTS, Colleague, assert_accessible, assert_fits
from playwright.sync_api import Page, expect
from product import Development


def now_and_then() -> tuple[str, str]:
    """An hour ago and some hours from now, by any clock in Britain."""
    begin = datetime.now(UTC) - timedelta(hours=2)
    return begin.strftime("%Y-%m-%dT%H:%M"), (begin + timedelta(hours=10)).strftime("%Y-%m-%dT%H:%M")


def fill_shift(page: Page, person: str, kind: str, starts: str, ends: str) -> None:
    page.get_by_label("Who", exact=True).select_option(label=person)
    page.get_by_label("What for").select_option(label=kind)
    page.get_by_label("From", exact=True).fill(starts)
    page.get_by_label("Until", exact=True).fill(ends)
    page.get_by_role("button", name="Put on the rota").click()


def test_a_manager_plans_without_a_script_and_everybody_sees_it(visit, watch) -> None:
    watch.expect("status of 422")
    starts, ends = now_and_then()
    page = visit("joanne-hartley", "/rota", java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Rota at Rowan House")
    fill_shift(page, "Teresa Quinn, Head housekeeper", "On shift", starts, ends)
    expect(page.locator(".rota .row-title", has_text="Teresa Quinn")).to_be_visible()
    fill_shift(page, "Teresa Quinn, Head housekeeper", "On shift", starts, ends)
    expect(page.locator(".error-summary")).to_contain_text("They are on the rota then already")
    expect(page.get_by_label("From", exact=True)).to_have_value(starts)
    fill_shift(page, "Pauline Marsden, Home administrator", "Manager on call", starts, ends)
    expect(page.locator("#now ~ .rows").get_by_text("Pauline Marsden")).to_be_visible()

    carer = visit("hannah-oyelaran", "/rota")
    expect(carer.locator("#now ~ .rows").get_by_text("Teresa Quinn")).to_be_visible()
    expect(carer.get_by_role("button", name="Put on the rota")).to_have_count(0)

    page.get_by_role("button", name=re.compile("^Take off ?: Teresa Quinn")).click()
    expect(page.locator(".rota .row-title", has_text="Teresa Quinn")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Take off ?: Pauline Marsden")).click()


@pytest.fixture
def passed_on(colleague: Callable[[str], Colleague], development: Development) -> Callable[[], str]:
    """An urgent message that nobody has answered, passed on to Lakshmi Nair; its conversation's address."""
    sian, hannah, lakshmi, joanne = (
        colleague(key) for key in ("sian-griffiths", "hannah-oyelaran", "lakshmi-nair", "joanne-hartley")
    )
    home = next(one["id"] for one in joanne.get("/accounts/homes")["items"] if one["name"] == "Rowan House")
    # Whoever the demonstration has there now would be asked before.
    development.sql(
        "UPDATE rotas.shift SET removed_at = now(), removed_by = planned_by WHERE kind = 'shift' AND removed_at IS NULL"
        f" AND home_id = '{home}' AND starts_at < now() + interval '12 hours' AND ends_at > now() - interval '3 hours'"
    )
    starts, ends = now_and_then()
    shift = joanne.post(
        f"/rotas/homes/{home}/shifts", person_id=lakshmi.id, kind="shift", starts=starts, ends=ends, position=1
    )
    resident = sian.get("/people/residents?q=Harold")["items"][0]["id"]
    started = sian.post(
        "/messages/conversations", kind="group", subject="The night", resident_id=resident, members=[hannah.id]
    )
    address = f"/messages/{started['id']}"

    def go() -> str:
        message = sian.say(address, "Harold has slipped in the bathroom.", "urgent")
        # What is promised for ten minutes from now is due.
        development.sql(f"UPDATE jobs.job SET due_at = now() FROM jobs.key WHERE job_id = id AND key.key = '{message['id']}-1'")
        return address

    go.address = address  # type: ignore[attr-defined]
    yield go
    joanne.delete(f"/rotas/homes/{home}/shifts/{shift['id']}")


def test_whoever_it_is_passed_on_to_sees_it_at_once_and_takes_it_on(visit, passed_on, axe) -> None:
    theirs = visit("lakshmi-nair", "/today")
    author = visit("sian-griffiths", passed_on.address)
    passed_on()
    card = theirs.locator(".urgent", has_text="Harold has slipped in the bathroom.")
    # Live in the conversation; a list is put in place once nobody reads it.
    expect(author.get_by_text("Passed on to Lakshmi Nair, on shift.")).to_be_visible()
    theirs.reload()
    expect(card.get_by_text("Passed on to you", exact=True)).to_be_visible()
    for page, name in ((theirs, "today-passed-on"), (author, "conversation-ladder")):
        assert_accessible(axe, page)
        for size in ({"width": 320, "height": 640}, {"width": 390, "height": 844}):
            page.set_viewport_size(size)
            assert_fits(page)
        SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.phone.light.jpeg", type="jpeg", quality=70)
        page.set_viewport_size({"width": 1440, "height": 900})
    card.get_by_role("link", name="Open the conversation").click()
    expect(theirs.get_by_text("A message was passed on to you.")).to_be_visible()
    theirs.get_by_role("button", name="I am acting on it").click()
    expect(theirs.locator(".answers").get_by_text("You")).to_be_visible()
    expect(author.locator(".answers").get_by_text("Lakshmi Nair")).to_be_visible()
    theirs.reload()
    theirs.get_by_label("Write to two people").fill("I am with him.")
    theirs.get_by_role("button", name="Send").click()
    expect(author.get_by_text("I am with him.")).to_be_visible()


def test_a_form_says_what_happens_when_nobody_answers(visit, passed_on) -> None:
    page = visit("sian-griffiths", passed_on.address)
    page.get_by_role("radio", name="Urgent").check(force=True)
    expect(
        page.get_by_text("If nobody acknowledges within ten minutes it goes to the next person on shift.")
    ).to_be_visible()
