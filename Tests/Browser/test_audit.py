"""Who did what, and who looked, as those who answer for data find it."""

import csv
import io

import pytest
from browsing import assert_accessible, assert_fits
from playwright.sync_api import Page, expect


@pytest.fixture
def looked(colleague) -> str:
    """Sian has looked at Edith's page."""
    sian = colleague("sian-griffiths")
    resident = sian.get("/people/residents?q=Edith")["items"][0]["id"]
    sian.get(f"/people/residents/{resident}")
    return resident


def choose(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    option = field.locator("option", has_text=text).first
    field.select_option(value=option.get_attribute("value"))


def test_an_officer_finds_who_looked_and_takes_it_away(visit, axe, looked):
    catherine = visit("catherine-ashworth", "/staff")
    catherine.get_by_role("link", name="Audit", exact=True).click()
    expect(catherine.get_by_role("heading", level=1)).to_have_text("Audit")
    choose(catherine, "Done by", "Sian Griffiths")
    choose(catherine, "What was done", "See a resident’s page")
    catherine.get_by_role("button", name="Search", exact=True).last.click()
    row = catherine.get_by_role("row", name="Edith Marlow").first
    expect(row).to_contain_text("Sian Griffiths")
    expect(row).to_contain_text("Looked")
    row.locator("summary").click()
    expect(row).to_contain_text("people.read_resident")
    assert_accessible(axe, catherine)
    assert_fits(catherine)
    # What is known of an entry leads to everything else of the same.
    row.get_by_role("link", name="Edith Marlow").click()
    expect(catherine.get_by_label("About", exact=True)).to_have_value(looked)

    with catherine.expect_download() as download:
        catherine.get_by_role("link", name="Take all of these away as a table").click()
    text = download.value.path().read_text("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert any(line["Who"] == "Sian Griffiths" and line["Action"] == "people.read_resident" for line in lines)
    assert {line["Whose data (number)"] for line in lines} == {looked}
    # That it was taken away stands there by now.
    choose(catherine, "What kind", "Took a copy")
    catherine.get_by_role("button", name="Search", exact=True).last.click()
    expect(catherine.get_by_role("row", name="Catherine Ashworth").first).to_contain_text("Took a copy")


def test_what_was_typed_wrongly_comes_back(visit, watch):
    watch.expect("status of 422")
    catherine = visit("catherine-ashworth", "/audit?from=2026-11-24&to=2026-11-22&object=nothing", java_script_enabled=False)
    summary = catherine.locator(".error-summary")
    expect(summary).to_contain_text("The last day is before the first")
    expect(catherine.get_by_label("Number of the thing")).to_have_value("nothing")
    expect(catherine.get_by_role("table")).to_have_count(0)


def test_a_manager_sees_who_has_looked_at_a_resident_of_theirs(visit, axe, looked):
    joanne = visit("joanne-hartley", f"/residents/{looked}")
    joanne.get_by_role("link", name="Who has looked at this record").click()
    expect(joanne.get_by_role("heading", level=1)).to_have_text("Who has looked at this record")
    expect(joanne.get_by_role("row", name="Sian Griffiths").first).to_contain_text("See a resident’s page")
    expect(joanne.get_by_role("row", name="Joanne Hartley").first).to_be_visible()
    assert_accessible(axe, joanne)
    assert_fits(joanne)
    # The whole organisation's is not hers.
    assert joanne.request.get("/audit").status == 403
