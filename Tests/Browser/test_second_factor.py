"""A second step: set up, signed in with, and asked for again, with a script and without, in every look."""

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Callable

import pytest
from browsing import SCREENSHOTS, Axe, Watch, assert_accessible, assert_fits, sign_in
from playwright.sync_api import BrowserContext, Page, expect
from product import Development

LOOKS = [
    ("phone", {"width": 390, "height": 844}),
    ("narrow", {"width": 320, "height": 640}),
    ("desk", {"width": 1280, "height": 900}),
]


def step() -> int:
    return int(time.time() // 30)


def code(key: str, at: int) -> str:
    """As an authenticator app computes it (RFC 6238)."""
    mark = hmac.new(base64.b32decode(key.replace(" ", "")), struct.pack(">Q", at), hashlib.sha1).digest()
    offset = mark[-1] & 15
    return f"{(struct.unpack('>I', mark[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def looked_at(axe: Axe, page: Page, name: str) -> None:
    """The page as it stands, in each size and both looks."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for size, viewport in LOOKS:
            page.set_viewport_size(viewport)
            assert_fits(page)
            if size != "narrow":
                assert_accessible(axe, page)
                page.screenshot(path=SCREENSHOTS / f"{name}-{size}-{theme}.png", full_page=True)


@pytest.mark.parametrize(
    ("person", "has_script"), [("gary-hobson", True), ("emeka-nwosu", False)], ids=["with a script", "without"]
)
def test_a_second_step_from_setting_it_up_to_taking_it_away(
    contexts: Callable[..., BrowserContext], usernames: dict[str, str], axe: Axe, watch: Watch,
    development: Development, person: str, has_script: bool,
) -> None:
    # Two wrong codes are part of it, and being asked for one.
    watch.expect("status of 422", "status of 403")

    def look(page: Page, name: str) -> None:
        if has_script:
            looked_at(axe, page, f"second-factor-{name}")

    page = contexts(java_script_enabled=has_script).new_page()
    sign_in(page, usernames[person])
    page.wait_for_url("**/today")
    page.locator("summary", has_text="your menu").click()
    page.get_by_role("link", name="Your second step").click()
    look(page, "none")
    page.get_by_role("button", name="Set it up").click()
    key = page.locator(".qr-key").inner_text()
    expect(page.get_by_role("img", name="The code that the app reads")).to_be_visible()
    look(page, "set-up")

    page.get_by_label("Six-number code").fill("000000")
    page.get_by_role("button", name="Switch it on").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "wrong")
    used = step()
    page.get_by_label("Six-number code").fill(code(key, used))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    recovery = page.locator(".recovery-codes code").all_inner_texts()
    assert len(recovery) == 10
    look(page, "codes")
    page.get_by_role("link", name="I have them").click()
    page.wait_for_url("**/today")

    other = contexts(java_script_enabled=has_script).new_page()
    sign_in(other, usernames[person])
    expect(other.get_by_role("heading", level=1)).to_have_text("Enter your code")
    look(other, "code")
    # By no other way.
    other.goto("/today")
    other.wait_for_url("**/sign-in/code**")
    other.get_by_label("Six-number code").fill(code(key, used))
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.locator(".error-summary")).to_be_visible()
    look(other, "code-wrong")
    other.get_by_label("Six-number code").fill(code(key, max(used + 1, step())))
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.wait_for_url("**/today")

    third = contexts(java_script_enabled=has_script).new_page()
    sign_in(third, usernames[person])
    third.get_by_label("One of your recovery codes").fill(recovery[0].lower())
    third.get_by_role("button", name="Sign in with it").click()
    third.wait_for_url("**/second-factor")
    expect(third.get_by_text("nine recovery codes")).to_be_visible()
    look(third, "on")

    # Ten minutes later.
    development.sql(
        "UPDATE accounts.sign_in SET code_at = code_at - interval '10 minutes' FROM accounts.account"
        f" WHERE account.id = sign_in.account_id AND username = '{usernames[person]}'"
    )
    third.get_by_role("button", name="Make new recovery codes").click()
    expect(third.get_by_role("heading", level=1)).to_have_text("Enter a code")
    look(third, "asked")
    third.get_by_label("Code", exact=True).fill(recovery[1])
    third.get_by_role("button", name="Go on").click()
    expect(third.locator(".recovery-codes code")).to_have_count(10)
    third.get_by_role("link", name="Your second step").click()
    third.get_by_role("button", name="Take the second step away").click()
    expect(third.get_by_role("heading", name="You have no second step")).to_be_visible()


def test_who_must_have_one_is_decided_and_said(visit: Callable[..., Page], axe: Axe) -> None:
    page = visit("catherine-ashworth", "/second-factor/policy")
    looked_at(axe, page, "second-factor-policy")
