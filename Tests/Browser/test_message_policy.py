"""An organisation decides what may be done with messages, and everybody's pages follow."""

from collections.abc import Iterator

import pytest
from browsing import assert_accessible
from playwright.sync_api import expect

STANDARD = {"change_minutes": 15, "tags": []}


@pytest.fixture
def restored(colleague) -> Iterator[None]:
    """The other tests' messages are as the product has them."""
    yield
    colleague("catherine-ashworth").put("/messages/policy", **STANDARD)


def test_messages_stay_as_sent_and_have_only_tags_in_use(visit, axe, colleague, restored):
    sian, hannah = colleague("sian-griffiths"), colleague("hannah-oyelaran")
    started = sian.post("/messages/conversations", kind="group", subject="What may be done", members=[hannah.id])
    sian.post(f"/messages/conversations/{started['id']}/messages", body="It stays so.", urgency="routine")
    page = visit("sian-griffiths", f"/messages/{started['id']}")
    expect(page.get_by_role("link", name="Edit or delete")).to_have_count(1)

    catherine = visit("catherine-ashworth", "/homes")
    catherine.get_by_role("link", name="What may be done with messages").click()
    expect(catherine.get_by_text("can edit or delete it for 15 minutes")).to_be_visible()
    catherine.get_by_label("Minutes in which a message may be changed").fill("0")
    catherine.get_by_label("Falls").check()
    catherine.get_by_role("button", name="Save").click()
    expect(catherine.get_by_text("A message stays as it was sent.")).to_be_visible()
    expect(catherine.get_by_text("Messages may have these tags: Falls.")).to_be_visible()
    assert_accessible(axe, catherine)

    page.reload()
    expect(page.get_by_text("It stays so.", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Edit or delete")).to_have_count(0)
    boxes = page.locator("#composer input[name='tags']")
    expect(boxes).to_have_count(1)
    assert boxes.get_attribute("value") == "falls"


def test_of_two_who_decide_the_second_sees_what_the_first_has(visit, colleague, watch, restored):
    watch.expect("status of 412")
    catherine = visit("catherine-ashworth", "/messages/policy", java_script_enabled=False)
    colleague("anil-deshpande").put("/messages/policy", change_minutes=30, tags=["mood"])
    catherine.get_by_label("Minutes in which a message may be changed").fill("60")
    catherine.get_by_role("button", name="Save").click()
    expect(catherine.locator(".error-summary")).to_contain_text("Somebody has changed this meanwhile")
    expect(catherine.locator("#change_minutes-now")).to_contain_text("30")
    expect(catherine.get_by_label("Minutes in which a message may be changed")).to_have_value("60")
    catherine.get_by_role("button", name="Save").click()
    expect(catherine.get_by_text("can edit or delete it for 60 minutes")).to_be_visible()
