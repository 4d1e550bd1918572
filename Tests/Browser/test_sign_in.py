"""In, out, and what is left on a tablet that somebody put down."""

from browsing import assert_accessible, sign_in, wait_until_kept, wait_until_live
from playwright.sync_api import expect
from product import free_port, run, running

SIGN_IN = "http://localhost:*/sign-in**"


def test_a_wrong_password_says_so_and_keeps_the_name(contexts, usernames, watch):
    watch.expect("status of 422")
    page = contexts().new_page()
    sign_in(page, usernames["kofi-boateng"], "not the password")
    expect(page.get_by_role("alert")).to_contain_text("do not match an account")
    expect(page).to_have_title("Error: Sign in · WriteCareConnect")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Username or email address")).to_have_value(usernames["kofi-boateng"])
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Username or email address")).to_be_focused()
    page.get_by_label("Password", exact=True).fill("fernhill demonstration")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today at Rowan House")


def test_a_name_that_nobody_has_gets_the_same_answer(contexts, usernames, watch):
    watch.expect("status of 422")
    answers = []
    for name in ("nobody.at.all", usernames["dylan-prosser"]):
        page = contexts().new_page()
        sign_in(page, name, "not the password")
        answers.append(page.get_by_role("alert").inner_text())
    assert answers[0] == answers[1]


def test_the_cookies_stay_out_of_reach(contexts, usernames):
    page = contexts().new_page()
    sign_in(page, usernames["dylan-prosser"])
    wait_until_live(page)
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert set(cookies) == {"__Host-wcc", "__Host-wcc-form", "__Host-device"}
    for name, cookie in cookies.items():
        assert cookie["httpOnly"] and cookie["secure"] and cookie["sameSite"] == "Lax"
        assert cookie["path"] == "/"
        # What opens something ends with the browser; only that somebody was here before is remembered.
        assert (cookie["expires"] == -1) == (name != "__Host-device")
    assert page.evaluate("document.cookie") == ""


def test_nothing_about_people_is_stored_on_the_device(visit):
    page = visit("kofi-boateng", "/residents?q=Edith")
    expect(page.get_by_role("row", name="Edith Marlow")).to_be_visible()
    wait_until_kept(page)
    kept = page.evaluate(
        """async () => ({
            local: { ...localStorage }, session: { ...sessionStorage },
            databases: await indexedDB.databases(),
            caches: await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys())
                .map((request) => new URL(request.url).pathname.replace(/^.assets.[0-9a-f]+./, "")))),
        })"""
    )
    assert kept["local"] == kept["session"] == {} and kept["databases"] == []
    assert {path for cache in kept["caches"] for path in cache} == {"/offline", "app.css", "app.js", "mark.svg"}


def test_a_page_that_was_asked_for_opens_after_signing_in(contexts, usernames):
    page = contexts().new_page()
    page.goto("/residents?q=Edith")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to Fernhill Care")
    page.get_by_label("Username or email address").fill(usernames["kofi-boateng"])
    page.get_by_label("Password", exact=True).fill("fernhill demonstration")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/residents?q=Edith")


def test_after_signing_out_nothing_comes_back_not_even_by_the_back_button(contexts, usernames):
    page = contexts().new_page()
    sign_in(page, usernames["kofi-boateng"])
    wait_until_live(page)
    page.goto("/residents")
    expect(page.get_by_role("table")).to_be_visible()
    page.locator("summary", has_text="Kofi Boateng: your menu").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(SIGN_IN)
    assert "__Host-wcc" not in {cookie["name"] for cookie in page.context.cookies()}
    page.go_back()
    page.wait_for_url(SIGN_IN)
    expect(page.get_by_role("table")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to Fernhill Care")


def test_other_tabs_of_the_browser_learn_of_signing_out(contexts, usernames, watch):
    watch.expect("status of 401")
    page = contexts().new_page()
    sign_in(page, usernames["kofi-boateng"])
    wait_until_live(page)
    other = page.context.new_page()
    other.goto("/messages")
    wait_until_live(other)
    page.locator("summary", has_text="your menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(other.locator(".connection")).to_contain_text("You are signed out")


def test_what_is_written_when_the_sign_in_has_ended_is_kept_and_sent_after_signing_in(
    contexts, usernames, colleague, development, watch
):
    watch.expect("status of 401", "status of 403")
    kofi, sian = colleague("kofi-boateng"), colleague("sian-griffiths")
    address = sian.start("Ended while open", kofi)
    page = contexts().new_page()
    sign_in(page, usernames["kofi-boateng"])
    page.goto(address)
    wait_until_live(page)
    # The newest sign-in of this account is this page's; the one that the test talks to the API with stays.
    development.sql(
        "UPDATE accounts.sign_in SET idle_until = now() - interval '1 second' WHERE id = (SELECT sign_in.id FROM"
        " accounts.sign_in JOIN accounts.account ON account.id = account_id"
        f" WHERE account.person_id = '{kofi.id}' ORDER BY sign_in.created_at DESC LIMIT 1)"
    )
    page.get_by_label("Write to Sian").fill("Written after the sign-in had ended")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".connection")).to_contain_text("You are signed out. What you wrote is kept")
    expect(page.locator(".message-waiting")).to_contain_text("Written after the sign-in had ended")
    assert "Written after the sign-in had ended" not in sian.messages(address)

    again = page.context.new_page()
    sign_in(again, usernames["kofi-boateng"])
    wait_until_live(again)
    page.bring_to_front()
    page.get_by_role("button", name="Try now").click()
    expect(page.locator(".message-waiting")).to_have_count(0)
    assert sian.messages(address).count("Written after the sign-in had ended") == 1


def test_somebody_else_signing_in_on_the_same_tablet_takes_the_page_away(contexts, usernames):
    page = contexts().new_page()
    sign_in(page, usernames["kofi-boateng"])
    wait_until_live(page)
    page.goto("/messages")
    wait_until_live(page)
    other = page.context.new_page()
    other.goto("/today")
    other.locator("summary", has_text="your menu").click()
    other.get_by_role("button", name="Sign out").click()
    other.wait_for_url(SIGN_IN)
    sign_in(other, usernames["dylan-prosser"])
    wait_until_live(other)
    expect(page.locator("body")).to_have_attribute("data-person", other.locator("body").get_attribute("data-person"))


def test_the_first_administrator_is_made_once_with_the_secret(contexts, development, scratch, watch, axe):
    """On a database of its own, served beside the other."""
    watch.expect("status of 422", "status of 404")
    development.make_database("founding")
    port = free_port()
    settings = {
        "DATABASE_URL": development.conninfo("founding", "wcc_app"),
        "HTTP_PORT": str(port),
        "OPERATIONS_ENABLED": "false",
        "WEB_ORIGIN": f"http://localhost:{port}",
    }
    watch.host = f"localhost:{port}"
    said = run("setup", "--organisation", "Larkfield Care", **settings)
    with running("serve", port=port, output=scratch / "founding.output", **settings) as server:
        page = contexts(base_url=server.base_url).new_page()
        page.goto("/setup")
        assert_accessible(axe, page)
        fields = {
            "One-time secret": "not the secret",
            "Name of your first home": "Larkfield Lodge",
            "Your name": "Morwenna Trask",
            "Username you will sign in with": "morwenna.trask",
            "Password": "kettle barn seventeen",
        }
        for label, text in fields.items():
            page.get_by_label(label, exact=True).fill(text)
        page.get_by_role("button", name="Set up").click()
        expect(page.get_by_role("alert")).to_be_focused()
        expect(page).to_have_title("Error: Set up · WriteCareConnect")
        expect(page.get_by_label("Name of your first home")).to_have_value("Larkfield Lodge")
        assert_accessible(axe, page)

        page.get_by_label("One-time secret").fill(said.splitlines()[2].strip())
        page.get_by_label("Password", exact=True).fill(fields["Password"])
        page.get_by_role("button", name="Set up").click()
        page.wait_for_url("**/sign-in")
        sign_in(page, "morwenna.trask", fields["Password"])
        expect(page.get_by_role("heading", level=1)).to_have_text("Today at Larkfield Lodge")
        # Everything is empty here, which is what an administrator sees first.
        for path in ("/today", "/messages?show=all", "/residents"):
            page.goto(path)
            wait_until_live(page)
            assert_accessible(axe, page)
        expect(page.get_by_role("heading", name="No residents here yet")).to_be_visible()
        assert page.goto("/setup").status == 404
