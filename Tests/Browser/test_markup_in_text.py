"""Text that would be markup: in every stored text, and in every field of every form, it stays text (OWASP ASVS 1.2.1).

A page's policy would stop a script, so what is looked for is also an element or an attribute that text has made.
"""

import html
import re
import unicodedata
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import Watch, sign_in, wait_until_live
from playwright.sync_api import Browser, BrowserContext, Page
from product import Development, free_port, running

CORPUS = [
    "<script>made=1</script><x-made>",
    "<img x-made src=x onerror=made=1>",
    "<svg x-made onload=made=1>",
    "<svg><x-made><a href=javascript:made=1>",
    "<details x-made open ontoggle=made=1>",
    "<iframe x-made srcdoc='<p>'></iframe>",
    "<form x-made action=//elsewhere.example><input name=secret>",
    "<base x-made href=//elsewhere.example/>",
    "<meta x-made http-equiv=refresh content='0;url=//elsewhere.example'>",
    "<link x-made rel=stylesheet href=//elsewhere.example>",
    "<style x-made>main{display:none}</style>",
    "<math><mi x-made xlink:href=javascript:made=1>",
    "<div x-made hx-get=/sign-out hx-trigger=load>",
    "<x-made/onpointerover=made=1//",
    '"><x-made>',
    "'><x-made>",
    '" x-made onfocus=made=1 autofocus a="',
    "' x-made onfocus=made=1 autofocus a='",
    "</textarea><x-made>",
    "</title><x-made>",
    "</script><x-made>",
    "--><x-made>",
    "]]><x-made>",
    "javascript:made=1//x-made",
    "JaVa\tScRiPt:made=1//x-made",
    "data:text/html,<x-made>",
    "&lt;x-made&gt;",
    "&#60;x-made&#62;",
    "%3Cx-made%3E",
    "＜x-made＞",
    "\u2028</script><x-made>",
    "{{{x}}}<x-made>{{&x}}{{>x}}",
]
MADE = """() => document.querySelector(`
    x-made, [x-made], [href^="javascript:" i], [action^="javascript:" i], [href^="data:text/html" i]
`) !== null || "made" in window"""

# What would let a corpus out, each a way in which somebody has once written a value into a page.
CARELESS: list[Callable[[str], str]] = [
    lambda text: f"<p>{text}</p>",
    lambda text: f'<input value="{text}">',
    lambda text: f"<input value='{text}'>",
    lambda text: f"<textarea>{text}</textarea>",
    lambda text: f"<title>{text}</title>",
    lambda text: f"<script type='application/json'>{text}</script>",
    lambda text: f"<!-- {text} -->",
    lambda text: f'<a href="{html.escape(text.replace(chr(9), ""))}">link</a>',
    lambda text: f"<svg><style><![CDATA[{text}]]></style></svg>",
    lambda text: f"<p>{html.unescape(text)}</p>",
    lambda text: f"<p>{urllib.parse.unquote(text)}</p>",
    lambda text: f"<p>{unicodedata.normalize('NFKC', text)}</p>",
]

# These are not written by people: the product reads them as words of its own, or people sign in by them.
NOT_FOR_PEOPLE = "^(username|password_hash|time_zone|tint|type|kind|role|scope_kind|state|status|urgency|rung|sharing|nhs_number|pair|field)$"
PLANT = """
SET session_replication_role = replica;
DO $$
DECLARE corpus text[] := ARRAY[{corpus}]; place record; spot tid; number int := 0; planted int := 0;
BEGIN
    FOR place IN
        SELECT format('%I.%I', table_schema, table_name) AS name, column_name AS field
        FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema IN ('accounts', 'announcements', 'messages', 'people', 'rotas')
            AND table_type = 'BASE TABLE' AND data_type = 'text' AND is_generated = 'NEVER'
            AND column_name !~ '{kept}'
    LOOP
        FOR spot IN EXECUTE format(
            'SELECT ctid FROM %s WHERE %I IS NOT NULL ORDER BY ctid LIMIT 300', place.name, place.field)
        LOOP
            number := number % cardinality(corpus) + 1;
            BEGIN
                EXECUTE format('UPDATE %s SET %I = $1 WHERE ctid = $2', place.name, place.field)
                    USING corpus[number], spot;
                planted := planted + 1;
            EXCEPTION WHEN check_violation OR unique_violation OR not_null_violation OR exclusion_violation THEN
                NULL;
            END;
        END LOOP;
    END LOOP;
    IF planted < 500 THEN RAISE 'only % were planted', planted; END IF;
END $$;
"""


@pytest.fixture(scope="module")
def planted(scratch: Path) -> Iterator[Development]:
    """A demonstration provider of its own, in which everything that people have written is from the corpus."""
    port, folder = free_port(), scratch / "markup"
    with running("dev", "--port", str(port), "--data", str(folder), port=port, output=scratch / "markup.output") as server:
        development = Development(server, folder)
        corpus = ", ".join(f"$m${words}$m$" for words in CORPUS)
        development.sql(PLANT.format(corpus=corpus, kept=NOT_FOR_PEOPLE))
        yield development


@pytest.fixture
def somebody(browser: Browser, planted: Development, usernames: dict[str, str]) -> Iterator[Callable[[str], Page]]:
    contexts: list[BrowserContext] = []
    watch = Watch(planted.base_url)
    # What is sent is often refused, which a console tells too; and so is what a field for a day is given back.
    watch.expect("the server responded with a status of 4", "does not conform to the required format")

    def open_page(person: str) -> Page:
        context = browser.new_context(base_url=planted.base_url)
        contexts.append(context)
        watch.over(context)
        page = context.new_page()
        sign_in(page, usernames[person])
        page.wait_for_url("**/today")
        wait_until_live(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.complaints == []


def pattern(path: str) -> str:
    """Pages of one kind: an identifier and what is asked for do not make another."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\d", "·", path.split("?")[0].split("#")[0])


def pages(page: Page, each: int) -> Iterator[str]:
    """Every page that can be reached by links, so many of a kind at most."""
    seen: dict[str, int] = {}
    waiting, known = ["/today"], {"/today"}
    while waiting:
        path = waiting.pop(0)
        kind = pattern(path)
        if seen.get(kind, 0) >= each:
            continue
        seen[kind] = seen.get(kind, 0) + 1
        response = page.goto(path)
        assert response is not None and response.status < 500, path
        yield path
        links = page.locator("a[href^='/']:not([download])").evaluate_all("(all) => all.map((a) => a.getAttribute('href'))")
        for link in links:
            if link not in known and not re.search(r"\.(csv|json|jpg|png)$|/export$|^/api/", link.split("?")[0]):
                known.add(link)
                waiting.append(link)


@pytest.mark.parametrize("words", CORPUS)
def test_the_corpus_would_be_seen(browser: Browser, words: str) -> None:
    """Each is markup for somebody who is careless, or it would prove nothing."""
    page = browser.new_page()
    page.route("**/*", lambda route: route.abort())
    for write in CARELESS:
        page.set_content(write(words), wait_until="commit")
        if page.evaluate(MADE):
            break
    else:
        pytest.fail("nothing was made of it")
    page.close()


@pytest.mark.parametrize("person", ["joanne-hartley", "sian-griffiths", "dylan-prosser", "miriam-feldman"])
def test_what_is_stored_stays_text(somebody: Callable[[str], Page], person: str) -> None:
    page, visited, met = somebody(person), [], set()
    for path in pages(page, each=2):
        visited.append(path)
        page.locator("details").evaluate_all("(all) => all.forEach((one) => one.open = true)")
        assert not page.evaluate(MADE), path
        text = page.locator("body").inner_text() + " ".join(
            page.locator("input, textarea").evaluate_all("(all) => all.map((one) => one.value)"))
        met.update(words for words in CORPUS if words in text)
    assert len({pattern(path) for path in visited}) > 8, visited
    if person == "joanne-hartley":
        assert len(met) > len(CORPUS) / 2, met


FILL = """(form, [corpus, start]) => {
    form.noValidate = true;
    let number = start, filled = 0;
    for (const field of form.elements) {
        if (field.matches("textarea, input[type=text], input[type=search], input[type=email], input[type=tel], " +
            "input[type=url], input[type=date], input[type=time], input[type=number], input:not([type])")) {
            if (/date|time|number/.test(field.type)) field.type = "text";
            field.removeAttribute("maxlength");
            field.value = corpus[number++ % corpus.length];
            filled++;
        } else if (field.type === "hidden" && !/token|key/i.test(field.name)) {
            field.value = corpus[number++ % corpus.length];
        }
    }
    return filled;
}"""


def test_what_is_typed_stays_text(somebody: Callable[[str], Page]) -> None:
    """Every form of every kind of page is sent with nothing but the corpus; what it answers is a page, and safe."""
    page, tried, start = somebody("joanne-hartley"), set(), 0
    for path in list(pages(page, each=1)):
        page.goto(path)
        forms = page.locator("form").count()
        for number in range(forms):
            page.goto(path)
            form = page.locator("form").nth(number)
            action = pattern(form.get_attribute("action") or path)
            if form.count() == 0 or "sign-out" in action or (action, number) in tried:
                continue
            tried.add((action, number))
            if form.evaluate(FILL, [CORPUS, start]) == 0:
                continue
            start += 7
            with page.expect_navigation(wait_until="load"):
                form.evaluate("(form) => HTMLFormElement.prototype.submit.call(form)")
            assert not page.evaluate(MADE), (path, action)
            assert page.title() and page.locator("h1").count() == 1, (path, action)
    assert len(tried) > 10, tried
