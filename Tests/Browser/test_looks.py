"""Light and dark, high contrast, calm, on paper; and what is only visible to a browser's rules."""

from urllib.parse import urlsplit

from browsing import assert_accessible, assert_fits, wait_until_live
from playwright.sync_api import Page, expect

TOKENS = """
() => {
    const names = new Set();
    const collect = (rules) => {
        for (const rule of rules) {
            if (rule.cssRules) collect(rule.cssRules);
            for (const name of rule.style ?? []) if (name.startsWith("--")) names.add(name);
        }
    };
    for (const sheet of document.styleSheets) collect(sheet.cssRules);
    const values = {};
    for (const home of ["", "rowan", "harbour", "orchard"]) {
        const place = document.createElement("p");
        if (home) place.dataset.home = home;
        document.body.append(place);
        for (const name of names) values[`${home}${name}`] = getComputedStyle(place).getPropertyValue(name).trim();
        place.remove();
    }
    return values;
}
"""


def tokens(page: Page, device: str, chosen: str | None) -> dict[str, str]:
    page.emulate_media(color_scheme=device)
    page.evaluate("(look) => look ? document.documentElement.dataset.theme = look : 0", chosen)
    values = page.evaluate(TOKENS)
    page.evaluate("delete document.documentElement.dataset.theme")
    return values


def test_a_look_is_the_same_whether_the_device_or_the_person_chose_it(contexts):
    page = contexts().new_page()
    page.goto("/sign-in")
    light, dark = tokens(page, "light", None), tokens(page, "dark", None)
    assert len(light) > 200 and light != dark
    for device in ("light", "dark"):
        assert tokens(page, device, "dark") == dark
        assert tokens(page, device, "light") == light


def test_forced_colours_leave_everything_to_be_seen(visit, axe):
    page = visit("joanne-hartley", "/today", forced_colors="active")
    for path in ("/today", "/messages", "/residents", "/concern"):
        page.goto(path)
        wait_until_live(page)
        assert_fits(page)
    button = page.get_by_role("button", name="Send")
    assert button.evaluate("(one) => parseFloat(getComputedStyle(one).borderTopWidth)") >= 1
    current = page.get_by_role("navigation", name="Main").locator("[aria-current]")
    expect(current).to_have_count(1)


def test_nothing_moves_for_whoever_asked_for_calm(visit):
    page = visit("kofi-boateng", "/messages", reduced_motion="reduce")
    moving = """
    () => [...document.querySelectorAll("*")].filter((one) => ["", "::before", "::after"].some((part) => {
        const style = getComputedStyle(one, part || null);
        const times = `${style.transitionDuration}, ${style.animationDuration}`.split(", ").map(parseFloat);
        return times.some((seconds) => seconds > 0.01) || style.scrollBehavior === "smooth";
    })).map((one) => one.outerHTML.slice(0, 80))
    """
    assert page.evaluate(moving) == []


def test_a_conversation_is_printed_as_a_record(visit, colleague):
    sian, kofi = colleague("sian-griffiths"), colleague("kofi-boateng")
    address = sian.start("On paper", kofi, first="For the file", urgency="urgent")
    page = visit("kofi-boateng", address)
    page.emulate_media(media="print")
    for hidden in (".rail", ".top", ".composer-dock", ".inbox-list", "[data-acknowledge] button"):
        for one in page.locator(hidden).all():
            expect(one).to_be_hidden()
    article = page.get_by_role("log").get_by_role("article").first
    for shown in ("For the file", "Sian Griffiths", "0 of 1 have answered"):
        expect(article).to_contain_text(shown)
    # The whole date, not only the time of day.
    expect(article.locator(".when > p")).to_be_visible()
    assert page.pdf().startswith(b"%PDF-")


def test_the_description_of_the_api_opens_and_asks_nobody_else(visit, axe):
    page = visit("kofi-boateng", "/today")
    page.goto("/api-docs")
    expect(page.locator("#api .opblock").first).to_be_visible()
    # What Swagger UI writes is its own matter; what is around it is ours.
    found = axe.run(page, context={"exclude": [["#api"]]}, options={"resultTypes": ["violations"]})
    assert [rule["id"] for rule in found.response["violations"]] == []


def test_every_page_has_a_policy_and_no_page_is_kept(visit, development):
    page = visit("sian-griffiths", "/today")
    for path in ("/today", "/messages", "/residents", "/concern", "/api-docs", "/nothing-here"):
        headers = page.request.get(path).headers
        policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
        assert policy["default-src"] == "'none'" and policy["frame-ancestors"] == "'none'", path
        assert "unsafe" not in headers["content-security-policy"], path
        assert headers["cache-control"] == "no-store", path
        assert headers["x-content-type-options"] == "nosniff", path


def test_links_of_every_page_lead_somewhere(visit):
    """Every address on the pages of somebody who may see everything answers."""
    page = visit("catherine-ashworth", "/today")
    seen, found = set(), {"/today", "/messages", "/residents", "/concern", "/messages/new"}
    for path in sorted(found):
        page.goto(path)
        links = page.locator("a[href], link[href], script[src]")
        found |= set(links.evaluate_all("(all) => all.map((one) => one.href || one.src)"))
    for address in sorted(found):
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        # Of a kind, some will do.
        kind = "/".join(parts.path.split("/")[:2])
        if path in seen or sum(one.startswith(kind) for one in seen) >= 8:
            continue
        seen.add(path)
        assert page.request.get(path).status == 200, path
    assert len(seen) > 10
