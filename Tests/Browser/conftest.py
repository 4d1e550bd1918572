"""One browser for the whole run, and a record of everything in it that should not have happened."""

import math
import shutil
import time
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import PATIENCE, Colleague, Watch, sign_in, wait_until_live
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    program = shutil.which("chromium")
    expect.set_options(timeout=PATIENCE)
    assert program, "chromium is not installed; run tools/install-packages test"
    browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
    yield browser
    browser.close()


@pytest.fixture
def watch(base_url: str) -> Iterator[Watch]:
    watch = Watch(base_url)
    yield watch
    assert watch.complaints == []


Open = Callable[..., Page]


@pytest.fixture
def contexts(browser: Browser, base_url: str, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers of their own, as two people have; all are closed, and looked over, after the test."""
    made: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        size = {"width": 1440, "height": 900}
        context = browser.new_context(**({"base_url": base_url, "locale": "en-GB", "viewport": size} | options))
        context.set_default_timeout(PATIENCE)
        watch.over(context)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture(scope="session")
def signed_in(browser: Browser, base_url: str, usernames: dict[str, str]) -> Callable[[str], dict]:
    """What a browser keeps of somebody who has signed in: not for each test, for a password takes long by design."""
    kept: dict[str, dict] = {}
    used: dict[str, float] = {}

    def state(person: str) -> dict:
        # Whoever does nothing for a quarter of an hour is signed out, and a slow machine's tests go on for longer.
        if time.monotonic() - used.get(person, -math.inf) > 300:
            context = browser.new_context(base_url=base_url, java_script_enabled=False)
            page = context.new_page()
            sign_in(page, usernames[person])
            page.wait_for_url("**/today")
            kept[person] = context.storage_state()
            context.close()
        used[person] = time.monotonic()
        return kept[person]

    return state


@pytest.fixture
def visit(contexts: Callable[..., BrowserContext], signed_in: Callable[[str], dict]) -> Open:
    """A page of somebody's own browser, signed in and live: `visit("sian-griffiths", "/messages")`."""

    def open_page(person: str, path: str = "/today", **options: object) -> Page:
        page = contexts(storage_state=signed_in(person), **options).new_page()
        page.goto(path)
        if options.get("java_script_enabled", True):
            wait_until_live(page)
        return page

    return open_page


@pytest.fixture(scope="session")
def colleague(
    playwright: Playwright, base_url: str, signed_in: Callable[[str], dict]
) -> Iterator[Callable[[str], Colleague]]:
    made: dict[str, Colleague] = {}

    def of(person: str) -> Colleague:
        if person not in made:
            request = playwright.request.new_context(
                base_url=base_url, storage_state=signed_in(person), extra_http_headers={"Origin": base_url}
            )
            made[person] = Colleague(request)
        return made[person]

    yield of
    for one in made.values():
        one.request.dispose()


@pytest.fixture(scope="session")
def axe() -> Axe:
    return Axe()
