"""Photos of residents: put up in a plain form, seen, replaced, taken down; and what is no photo."""

import re

from browsing import assert_accessible, assert_fits, portrait
from playwright.sync_api import expect


def chosen(name: str, content: bytes) -> dict:
    return {"name": name, "mimeType": "image/png", "buffer": content}


def is_seen(image) -> bool:
    return image.evaluate("(one) => one.complete && one.naturalWidth > 0 && one.naturalWidth === one.naturalHeight")


def put_up(page, colour: tuple[int, int, int], button: str = "Put it up") -> None:
    page.get_by_label("Photo", exact=True).set_input_files(chosen("Vera in the garden.png", portrait(colour)))
    page.get_by_label(re.compile("agreed to it$")).check()
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vera Holroyd")


def test_a_face_is_put_up_replaced_and_taken_down_without_a_script(visit, watch):
    watch.expect("status of 422", "status of 412")
    page = visit("sian-griffiths", "/residents?q=Vera", java_script_enabled=False)
    expect(page.locator("main table img")).to_have_count(0)
    page.get_by_role("link", name="Vera Holroyd").click()
    resident = page.url
    page.get_by_role("link", name="Add a photo").click()

    page.locator("form[enctype]").evaluate("(form) => form.noValidate = true")
    page.get_by_label(re.compile("best interests$")).check()
    page.get_by_role("button", name="Put it up").click()
    expect(page.locator(".error-summary")).to_contain_text("Choose a photo")
    expect(page.get_by_label(re.compile("best interests$"))).to_be_checked()
    page.get_by_label("Photo", exact=True).set_input_files(chosen("photo.png", b"GIF89a and more"))
    page.get_by_role("button", name="Put it up").click()
    expect(page.locator(".error-summary")).to_contain_text("neither JPEG nor PNG")
    page.locator(".error-summary a").click()
    expect(page.get_by_label("Photo", exact=True)).to_be_focused()
    put_up(page, (90, 140, 200))

    face = page.get_by_role("img", name="Photo of Vera Holroyd")
    assert is_seen(face)
    first = face.get_attribute("src")
    page.goto("/residents?q=Vera")
    assert is_seen(page.locator("main table img"))

    # An assistant sees her, and is offered nothing to change.
    carer = visit("chloe-barnes", resident)
    assert is_seen(carer.get_by_role("img", name="Photo of Vera Holroyd"))
    expect(carer.get_by_role("link", name="Change the photo")).to_have_count(0)

    # Two have the form open, and one of them is first.
    page.goto(resident + "/photo")
    other = visit("joanne-hartley", resident + "/photo", java_script_enabled=False)
    put_up(other, (200, 120, 90), "Replace it")
    page.get_by_role("button", name="Take it down").click()
    expect(page.get_by_role("heading", name="Somebody changed the photo while you were here")).to_be_visible()
    now = page.get_by_role("img", name="Photo of Vera Holroyd")
    assert is_seen(now) and now.get_attribute("src") != first
    expect(page.get_by_text(re.compile("^Put up by Joanne Hartley"))).to_be_visible()
    page.get_by_role("button", name="Take it down").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vera Holroyd")
    expect(page.get_by_role("img", name="Photo of Vera Holroyd")).to_have_count(0)
    assert page.request.get(first).status == 404

    other.goto(resident)
    other.locator("summary", has_text="Show the changes").click()
    expect(other.get_by_text("Photo: replaced, agreed to by the resident")).to_be_visible()
    expect(other.get_by_text("Photo: taken away, was agreed to by the resident")).to_be_visible()


def test_a_photo_that_is_far_too_large_is_refused_kindly(visit, watch):
    watch.expect("status of 413")
    page = visit("joanne-hartley", "/residents?q=Harold")
    page.locator("main table a").first.click()
    page.get_by_role("link", name=re.compile("photo$")).click()
    page.get_by_label("Photo", exact=True).set_input_files(chosen("photo.png", portrait((0, 0, 0)) + bytes(9_000_000)))
    page.get_by_label(re.compile("agreed to it$")).check()
    page.get_by_role("button", name=re.compile("^(Put it up|Replace it)$")).click()
    expect(page.locator(".error-summary")).to_contain_text("8 MB at most")


def test_photos_can_be_seen_by_everybody(visit, colleague, axe):
    sian = colleague("sian-griffiths")
    resident = sian.get("/people/residents?q=Harold")["items"][0]["id"]
    sian.show_face(resident)
    message = {"body": "He has his new glasses.", "urgency": "routine"}
    members = [colleague("joanne-hartley").id]
    about = sian.post(
        "/messages/conversations",
        kind="group",
        subject="Glasses",
        resident_id=resident,
        members=members,
        message=message,
    )
    page = visit("joanne-hartley", f"/messages/{about['id']}")
    assert is_seen(page.locator(".convo-head img"))
    for look in ("light", "dark"):
        page = visit("joanne-hartley", "/residents", color_scheme=look, viewport={"width": 320, "height": 700})
        for path in ("/residents?q=Harold", f"/residents/{resident}", f"/residents/{resident}/photo"):
            page.goto(path)
            assert is_seen(page.locator("main img").first)
            assert_accessible(axe, page)
            assert_fits(page)
