"""What the browser tests do and look at, over and over."""

import struct
import uuid
import zlib
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIRequestContext, BrowserContext, ConsoleMessage, Page, Request
from product import PASSWORD

SCREENSHOTS = Path(__file__).resolve().parent / "screenshots"
# For whoever shares two cores with a compiler; what is asserted is a state, never a time.
PATIENCE = 15_000
VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => console.error(
    `Content-Security-Policy: ${event.violatedDirective} of ${event.blockedURI} in ${event.sourceFile}`));
"""


class Watch:
    """What a browser complained about, and whom it asked besides us."""

    def __init__(self, base_url: str) -> None:
        self.host = urlsplit(base_url).netloc
        self.complaints: list[str] = []
        self.expected: list[str] = []

    def expect(self, *words: str) -> None:
        """A browser's console also tells of answers that are no success, and of networks that are gone."""
        self.expected += words

    def over(self, context: BrowserContext) -> None:
        context.add_init_script(VIOLATIONS)
        context.on("console", self.heard)
        context.on("weberror", lambda error: self.complaints.append(f"exception: {error.error}"))
        context.on("request", self.asked)

    def heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(words in message.text for words in self.expected):
            self.complaints.append(f"{message.type}: {message.text}")

    def asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.netloc != self.host:
            self.complaints.append(f"request to {address.netloc}")


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("Username or email address").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def portrait(colour: tuple[int, int, int], width: int = 300, height: int = 400) -> bytes:
    """A picture that no camera took: a head and shoulders, near enough, before a coloured wall."""

    def point(x: int, y: int) -> bytes:
        is_head = (x - width / 2) ** 2 + (y - height * 0.4) ** 2 < (width * 0.25) ** 2
        is_body = y > height * 0.7 and abs(x - width / 2) < width * 0.4
        return bytes((236, 188, 160) if is_head else (60, 60, 90) if is_body else colour)

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = b"".join(b"\0" + b"".join(point(x, y) for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Colleague:
    """Somebody through the API: how a test sets its scene, and what others do meanwhile."""

    def __init__(self, request: APIRequestContext) -> None:
        self.request = request
        self.id = self.get("/accounts/me")["person_id"]

    def get(self, path: str) -> dict:
        response = self.request.get(f"/api/v1{path}")
        assert response.ok, response.text()
        return response.json()

    def post(self, path: str, **data: object) -> dict:
        return self.change("POST", path, data)

    def put(self, path: str, **data: object) -> dict:
        return self.change("PUT", path, data)

    def delete(self, path: str) -> dict:
        return self.change("DELETE", path, None)

    def change(self, method: str, path: str, data: dict | None) -> dict:
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        response = self.request.fetch(f"/api/v1{path}", method=method, data=data, headers=headers)
        assert response.ok, response.text()
        return response.json()

    def show_face(self, resident: str) -> None:
        headers = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "image/png", "WCC-Agreed-By": "resident"}
        path = f"/api/v1/people/residents/{resident}/photo"
        response = self.request.put(path, data=portrait((90, 160, 120)), headers=headers)
        assert response.ok, response.text()

    def start(self, subject: str, *others: "Colleague", first: str = "Is anybody there?", urgency="routine") -> str:
        """A conversation of its own for a test, so that no test sees another's; its address."""
        message = {"body": first, "urgency": urgency}
        members = [other.id for other in others]
        started = self.post("/messages/conversations", kind="group", subject=subject, members=members, message=message)
        return f"/messages/{started['id']}"

    def say(self, address: str, body: str, urgency: str = "routine") -> dict:
        conversation = address.removeprefix("/messages/")
        return self.post(f"/messages/conversations/{conversation}/messages", body=body, urgency=urgency)

    def messages(self, address: str) -> list[str]:
        conversation = address.removeprefix("/messages/")
        return [item["body"] for item in self.get(f"/messages/conversations/{conversation}/messages")["messages"]]


def wait_until_live(page: Page) -> None:
    page.wait_for_selector(".connection[data-state='live']", state="attached")


def wait_until_kept(page: Page) -> None:
    """Until the service worker answers for the page; asked once and told, as the policy forbids to ask by `eval`."""
    page.evaluate(
        """() => new Promise((resolve) => {
            const look = () => navigator.serviceWorker.controller && resolve();
            navigator.serviceWorker.addEventListener("controllerchange", look);
            look();
        })"""
    )


def assert_accessible(axe: Axe, page: Page, *rules: str) -> None:
    """All of axe's rules, unless some are named."""
    only = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
    found = axe.run(page, options={"resultTypes": ["violations"]} | only)
    problems = [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]
    assert problems == [], f"{page.url}\n" + "\n".join(problems)


def assert_fits(page: Page) -> None:
    """Nobody has to scroll sideways; what is wide scrolls by itself, within."""
    root = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert root[0] <= root[1], f"{page.url} is {root[0]} wide in a window of {root[1]}"
