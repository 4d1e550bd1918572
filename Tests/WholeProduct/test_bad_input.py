"""Whatever is sent gets the documented answer; the process lives, and nothing is written."""

import base64
import json
import re
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from installation import MARK, Installation, Person, Reply
from product import Server

CONVERSATIONS = "/api/v1/messages/conversations"
KEY = "0123456789abcdef"


@dataclass
class Scene:
    """A server, somebody who is signed in, and a conversation with one message in it."""

    home: Installation
    server: Server
    conversation: str
    message: str
    foreign: str

    @property
    def me(self) -> Person:
        return self.home.people[0]

    @property
    def path(self) -> str:
        return f"{CONVERSATIONS}/{self.conversation}/messages"

    def send(self, body: object, path: str | None = None, **more: object) -> Reply:
        return self.home.call("POST", path or self.path, body, **({"by": self.me} | more))

    def raw(self, content: bytes, limit: float = 20, half_close: bool = False) -> bytes:
        """What comes back for these bytes until the server hangs up, or for a while."""
        with socket.create_connection(("127.0.0.1", self.home.port), timeout=limit) as connection:
            connection.sendall(content)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
            answer = b""
            try:
                while chunk := connection.recv(65536):
                    answer += chunk
            except TimeoutError:
                answer += b"(still open)"
            except ConnectionResetError:
                pass
            return answer

    def resident(self) -> float:
        """The server's memory, in MiB."""
        status = Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def head(self, line: str, *fields: str) -> bytes:
        everything = [line, f"Host: localhost:{self.home.port}", f"Cookie: {self.me.cookie}", *fields]
        return "\r\n".join([*everything, "Sec-Fetch-Site: same-origin", "", ""]).encode()


@pytest.fixture(scope="module")
def scene(cluster: object, seed: tuple, scratch: object) -> Iterator[Scene]:
    template, people, stranger = seed
    cluster.sql(f"CREATE DATABASE bad_input TEMPLATE {template} OWNER wcc_owner")
    home = Installation(cluster, "bad_input", scratch, people, stranger)
    with home.serving() as server:
        conversation = home.conversation(*people[:2])
        sent = home.call(
            "POST",
            f"{CONVERSATIONS}/{conversation}/messages",
            {"body": f"{MARK} first", "urgency": "routine"},
            by=people[0],
            key=KEY,
        )
        assert sent.status == 201
        foreign = home.conversation(people[2], people[3])
        yield Scene(home, server, conversation, sent.json["id"], foreign)
    cluster.sql("DROP DATABASE bad_input WITH (FORCE)")


@pytest.fixture(autouse=True)
def nothing_happens(scene: Scene) -> Iterator[None]:
    """Whatever a test sends: nothing is written, and the same process answers on."""
    before = scene.home.written()
    yield
    assert scene.home.written() == before
    assert scene.server.process.poll() is None
    assert scene.home.call("GET", "/api/v1/accounts/me", by=scene.me).status == 200


def nested(depth: int) -> bytes:
    return b'{"body":' + b"[" * depth + b"]" * depth + b',"urgency":"routine"}'


BODIES = {
    "empty": (b"", 400),
    "not JSON": (b"body=x", 400),
    "cut off": (b'{"body":"x","urgency":"rou', 400),
    "two values": (b'{"body":"x","urgency":"routine"} {}', 400),
    "trailing comma": (b'{"body":"x","urgency":"routine",}', 400),
    "a comment": (b'{"body":"x",/* */"urgency":"routine"}', 400),
    "not a number": (b'{"body":NaN,"urgency":"routine"}', 400),
    "no object": (b"[]", 422),
    "null": (b"null", 422),
    "nothing in it": (b"{}", 422),
    "wrong type": (b'{"body":1,"urgency":"routine"}', 422),
    "an object for a text": (b'{"body":{"$ne":""},"urgency":"routine"}', 422),
    "a list for a text": (b'{"body":["x"],"urgency":"routine"}', 422),
    "null for a text": (b'{"body":null,"urgency":"routine"}', 422),
    "unknown choice": (b'{"body":"x","urgency":"emergency"}', 422),
    "unknown field": (b'{"body":"x","urgency":"routine","author":"me"}', 422),
    "somebody else's organisation": (b'{"body":"x","urgency":"routine","tenant_id":"x"}', 422),
    "only space": (b'{"body":" \\n\\t ","urgency":"routine"}', 422),
    "too long": (json.dumps({"body": "x" * 4001, "urgency": "routine"}).encode(), 422),
    "no UUID": (b'{"body":"x","urgency":"routine","reply_to":"1 OR true"}', 422),
    "reply to nothing": (b'{"body":"x","urgency":"routine","reply_to":"%s"}' % str(uuid.uuid4()).encode(), 422),
    "mention of nobody": (b'{"body":"x","urgency":"routine","mentions":["%s"]}' % str(uuid.uuid4()).encode(), 422),
    "duplicate field": (b'{"body":"x","body":"y","urgency":"routine"}', 400),
    "duplicate field, escaped": (b'{"body":"x","\\u0062ody":"y","urgency":"routine"}', 400),
    "deep": (nested(33), 400),
    "very deep": (nested(100_000), 400),
    "NUL": (b'{"body":"a\\u0000b","urgency":"routine"}', 422),
    "a bare NUL": (b'{"body":"a\x00b","urgency":"routine"}', 400),
    "lone surrogate": (b'{"body":"\\ud800","urgency":"routine"}', 400),
    "surrogates the wrong way round": (b'{"body":"\\udc00\\ud800","urgency":"routine"}', 400),
    "no UTF-8": (b'{"body":"\xff\xfe","urgency":"routine"}', 400),
    "overlong UTF-8": (b'{"body":"\xc0\xaf","urgency":"routine"}', 400),
    "a surrogate in UTF-8": (b'{"body":"\xed\xa0\x80","urgency":"routine"}', 400),
    "UTF-16": ('{"body":"x","urgency":"routine"}'.encode("utf-16"), 400),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body(scene: Scene, name: str) -> None:
    content, status = BODIES[name]
    reply = scene.send(content)
    assert reply.is_problem(status), f"{reply.status}: {reply.text}"
    assert MARK not in reply.text
    for word in ("SELECT", "Swift", "/Sources/", "Hummingbird", "DecodingError"):
        assert word not in reply.text


@pytest.mark.parametrize("number", ["1e400", "1.5", "-1", "99999999999999999999", '"1"', "true", "null", "[1]", "0x1"])
def test_a_number(scene: Scene, number: str) -> None:
    reply = scene.send(f'{{"seq":{number}}}'.encode(), f"{CONVERSATIONS}/{scene.conversation}/read")
    assert reply.status in (400, 422), reply.text
    assert reply.is_problem(reply.status)


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/jsonp", 415),
        ("application/json, text/plain", 415),
        ("", 415),
    ],
)
def test_a_content_type(scene: Scene, content_type: str, status: int) -> None:
    body = json.dumps({"body": "x", "urgency": "routine"}).encode()
    assert scene.send(body, Content_Type=content_type).is_problem(status)


def test_a_body_that_is_too_large_is_not_read_to_its_end(scene: Scene) -> None:
    body = json.dumps({"body": "x" * 300_000, "urgency": "routine"}).encode()
    assert scene.send(body).is_problem(413)
    announced = scene.raw(scene.head(f"POST {scene.path} HTTP/1.1", "Content-Type: application/json",
                                     "Content-Length: 9999999999"))
    assert b" 413 " in announced.split(b"\r\n")[0]
    assert b"application/problem+json" in announced


def test_an_endless_body_is_cut_off(scene: Scene) -> None:
    """Soon, and without being kept: whoever sends it is given a moment to read why."""
    head = scene.head(f"POST {scene.path} HTTP/1.1", "Content-Type: application/json", "Transfer-Encoding: chunked")
    before, started = scene.resident(), time.monotonic()
    with socket.create_connection(("127.0.0.1", scene.home.port), timeout=20) as connection:
        connection.sendall(head)
        try:
            while time.monotonic() - started < 20:
                connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        except OSError:
            pass
    assert time.monotonic() - started < 10
    assert scene.resident() - before < 32


PNG = b"\x89PNG\r\n\x1a\n"
# A header that promises 65,500 pixels each way, and nothing behind it.
HUGE = PNG + bytes.fromhex("0000000d49484452" "0000ffdc" "0000ffdc" "0802000000" "1c35814c")
PHOTOS = {
    "empty": (b"", 422),
    "text": (b"Dear Sian", 422),
    "GIF": (b"GIF89a" + bytes(100), 422),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 422),
    "HEIC": (b"\x00\x00\x00\x18ftypheic" + bytes(100), 422),
    "only its first bytes": (PNG, 422),
    "huge": (HUGE, 422),
    "said to be another": (b"\xff\xd8\xff" + bytes(100), 422),
    "nearly 8 MiB of nothing": (PNG + bytes(8_000_000), 422),
}


@pytest.mark.parametrize("name", PHOTOS)
def test_a_photo(scene: Scene, name: str) -> None:
    content, status = PHOTOS[name]
    path = f"/api/v1/people/residents/{scene.home.sql('SELECT person_id FROM people.resident')}/photo"
    more = {"by": scene.me, "Content_Type": "image/png"}
    before = scene.resident()
    reply = scene.home.call("PUT", path, content, WCC_Agreed_By="resident", **more)
    assert reply.is_problem(status), f"{reply.status}: {reply.text}"
    assert scene.home.call("PUT", path, content, **more).is_problem(422)
    untyped = more | {"Content_Type": ""}
    assert scene.home.call("PUT", path, content, WCC_Agreed_By="resident", **untyped).is_problem(415)
    # What reads pictures is started with the first of them.
    assert scene.resident() - before < 150


def test_a_photo_that_is_too_large_is_not_read_to_its_end(scene: Scene) -> None:
    path = f"/residents/{scene.home.sql('SELECT person_id FROM people.resident')}/photo"
    for line, kind, most in [
        (f"PUT /api/v1/people{path}", "image/png", 8 * 1024 * 1024),
        (f"POST {path}", "multipart/form-data; boundary=x", 17 * 1024 * 1024),
    ]:
        head = (f"{line} HTTP/1.1", f"Content-Type: {kind}", "WCC-Agreed-By: resident")
        answer = scene.raw(scene.head(*head, f"Content-Length: {most + 1}"))
        assert b" 413 " in answer.split(b"\r\n")[0]
        before, started = scene.resident(), time.monotonic()
        with socket.create_connection(("127.0.0.1", scene.home.port), timeout=20) as connection:
            connection.sendall(scene.head(*head, "Transfer-Encoding: chunked"))
            try:
                while time.monotonic() - started < 20:
                    connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            except OSError:
                pass
        assert time.monotonic() - started < 15
        assert scene.resident() - before < 96


IDS: list[Callable[[Scene], str]] = [
    lambda scene: scene.foreign,
    lambda scene: str(uuid.uuid4()),
    lambda scene: "1",
    lambda scene: "00000000-0000-0000-0000-000000000000",
    lambda scene: scene.conversation + "0",
    lambda scene: "%2e%2e%2f%2e%2e",
    lambda scene: "%00",
    lambda scene: "%ff",
    lambda scene: "'%20OR%20'1'='1",
    lambda scene: "{conversation}",
]


@pytest.mark.parametrize("make", IDS)
def test_an_id(scene: Scene, make: Callable[[Scene], str]) -> None:
    """Of somebody else's, of nothing, and none at all: the same answer."""
    found = scene.home.call("GET", f"{CONVERSATIONS}/{make(scene)}", by=scene.me)
    nothing = scene.home.call("GET", f"{CONVERSATIONS}/{uuid.uuid4()}", by=scene.me)
    assert nothing.is_problem(404)
    if found.status == 400:
        assert "%" in make(scene) and found.is_problem(400)
        return
    assert found.is_problem(404)
    assert found.json | {"instance": ""} == nothing.json | {"instance": ""}
    sent = scene.send({"body": "x", "urgency": "routine"}, f"{CONVERSATIONS}/{make(scene)}/messages")
    assert sent.is_problem(404)


def test_somebody_elses_object_in_one_s_own_request(scene: Scene) -> None:
    foreign, mine = scene.home.stranger, f"{CONVERSATIONS}/{scene.conversation}"
    for path, body in [
        (CONVERSATIONS, {"kind": "direct", "members": [foreign.id]}),
        (CONVERSATIONS, {"kind": "group", "subject": "x", "members": [foreign.id, scene.home.people[1].id]}),
        (f"{mine}/members", {"person_id": foreign.id, "sees_history": True}),
        (f"{mine}/messages", {"body": "x", "urgency": "routine", "mentions": [foreign.id]}),
    ]:
        assert scene.send(body, path).is_problem(422)
    assert scene.send({"body": "x", "urgency": "routine"}, by=foreign).is_problem(404)


QUERIES = [
    "unknown=1",
    "show=all&show=all",
    "show=none",
    "show=all;DROP",
    "before=x",
    "before=" + "A" * 600,
    "before=" + base64.urlsafe_b64encode(b'["0","x","y"]').decode(),
    "before=%00",
    "show=%zz",
    "before=%ff%fe",
]


@pytest.mark.parametrize("query", QUERIES)
def test_an_address(scene: Scene, query: str) -> None:
    reply = scene.home.call("GET", f"{CONVERSATIONS}?{query}", by=scene.me)
    assert reply.is_problem(400), f"{reply.status}: {reply.text}"


def test_a_cursor_of_another_list(scene: Scene) -> None:
    staff = scene.home.call("GET", "/api/v1/people/staff", by=scene.me)
    other = base64.urlsafe_b64encode(b"x\x1fy").decode().rstrip("=")
    for cursor in (staff.json.get("next") or other, other):
        assert scene.home.call("GET", f"{CONVERSATIONS}?before={cursor}", by=scene.me).is_problem(400)


@pytest.mark.parametrize("query", ["before=-1", "before=1.5", "after=x", "limit=0", "limit=101", "around=x",
                                   "before=1&after=1", "before=99999999999999999999"])
def test_a_window(scene: Scene, query: str) -> None:
    assert scene.home.call("GET", f"{scene.path}?{query}", by=scene.me).is_problem(400)


def test_a_key_that_was_used_for_something_else(scene: Scene) -> None:
    body = {"body": f"{MARK} first", "urgency": "routine"}
    again = scene.send(body, key=KEY)
    assert (again.status, again.json["id"]) == (201, scene.message)
    assert scene.send(body | {"body": "other"}, key=KEY).is_problem(422)
    assert scene.send({"seq": 1}, f"{CONVERSATIONS}/{scene.conversation}/read", key=KEY).is_problem(422)
    for bad in ("short", "x" * 129, "with space in it!!"):
        assert scene.send(body, key=bad).is_problem(400)


COOKIES: list[Callable[[Scene], str]] = [
    lambda scene: "__Host-wcc=",
    lambda scene: "__Host-wcc=x",
    lambda scene: f"__Host-wcc={scene.me.secret[:-1]}",
    lambda scene: f"__Host-wcc={'A' * 43}",
    lambda scene: f"__Host-wcc={scene.me.secret}A",
    lambda scene: f"__host-wcc={scene.me.secret}",
    lambda scene: f"wcc={scene.me.secret}",
    lambda scene: f"__Host-wcc={scene.me.id}",
    lambda scene: "__Host-wcc=%00%0d%0a",
    lambda scene: "; ; =; __Host-wcc",
    lambda scene: "__Host-wcc=" + "A" * 8000,
]


@pytest.mark.parametrize("make", COOKIES)
def test_a_cookie_that_opens_nothing(scene: Scene, make: Callable[[Scene], str]) -> None:
    assert scene.home.call("GET", CONVERSATIONS, Cookie=make(scene)).is_problem(401)
    assert scene.send({"body": "x", "urgency": "routine"}, by=None, Cookie=make(scene)).is_problem(401)


@pytest.mark.parametrize("column", ["idle_until", "absolute_until"])
def test_a_sign_in_that_has_run_out(scene: Scene, column: str) -> None:
    person = scene.home.people[{"idle_until": 10, "absolute_until": 11}[column]]
    assert scene.home.call("GET", "/api/v1/accounts/me", by=person).status == 200
    scene.home.sql(
        f"""UPDATE accounts.sign_in SET {column} = now() - interval '1 second' FROM accounts.account
        WHERE account.id = sign_in.account_id AND account.person_id = '{person.id}'"""
    )
    assert scene.home.call("GET", "/api/v1/accounts/me", by=person).is_problem(401)
    page = scene.home.call("GET", "/today", by=person, Accept="text/html")
    assert (page.status, page.headers["Location"]) == (303, "/sign-in?next=/today")


def test_two_ways_of_saying_who_one_is(scene: Scene) -> None:
    assert scene.home.call("GET", CONVERSATIONS, by=scene.me, Authorization="Bearer x").is_problem(400)


ORIGINS = [
    ({"Sec_Fetch_Site": "cross-site"}, 403),
    ({"Sec_Fetch_Site": "same-site"}, 403),
    ({"Sec_Fetch_Site": "none"}, 403),
    ({"Sec_Fetch_Site": "same-origin, cross-site"}, 403),
    ({"Sec_Fetch_Site": ""}, 403),
    ({"Sec_Fetch_Site": "", "Origin": "https://evil.example"}, 403),
    ({"Sec_Fetch_Site": "", "Origin": "null"}, 403),
    ({"Sec_Fetch_Site": "", "Origin": "http://localhost"}, 403),
    ({"Sec_Fetch_Site": "", "Origin": "http://localhost:1"}, 403),
    ({"Sec_Fetch_Site": "cross-site", "Origin": "http://localhost:{port}"}, 403),
    # Let through, to be refused for what it says.
    ({"Sec_Fetch_Site": "", "Origin": "http://localhost:{port}"}, 422),
    ({"Sec_Fetch_Site": "same-origin"}, 422),
]


@pytest.mark.parametrize(("fields", "status"), ORIGINS)
def test_where_it_comes_from(scene: Scene, fields: dict[str, str], status: int) -> None:
    sent = {name: value.replace("{port}", str(scene.home.port)) for name, value in fields.items()}
    assert scene.send({}, **sent).is_problem(status)


def test_a_form_without_what_its_page_gave_it(scene: Scene) -> None:
    page = f"/messages/{scene.conversation}"
    for form in (b"body=x&urgency=routine", b"body=x&urgency=routine&csrf=&key=" + KEY.encode(), b"csrf=a&csrf=b",
                 b"body=x&csrf=" + b"A" * 43 + b"&key=0123456789abcdef2"):
        reply = scene.send(form, page, Content_Type="application/x-www-form-urlencoded", Accept="text/html")
        assert reply.status == 403
        assert "<h1" in reply.text
    other = scene.send(b'{"body":"x"}', page, Accept="text/html")
    assert other.status == 415


HEADERS = [
    *["Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"],
    *["Cross-Origin-Resource-Policy", "Permissions-Policy", "Cache-Control", "X-Request-Id"],
]


def test_every_answer_has_the_headers_that_all_have(scene: Scene) -> None:
    me = scene.me
    for reply, status in [
        (scene.home.call("GET", "/api/v1/accounts/me", by=me), 200),
        (scene.home.call("GET", "/today", by=me, Accept="text/html"), 200),
        (scene.home.call("GET", "/nothing", by=me, Accept="text/html"), 404),
        (scene.home.call("GET", "/api/v1/nothing", by=me), 404),
        (scene.home.call("PUT", "/today", by=me), 405),
        (scene.send(b"{"), 400),
        (scene.send({}, Sec_Fetch_Site="cross-site"), 403),
        (scene.send(b"x" * 300_000), 413),
        (scene.home.call("GET", "/api/v1/accounts/me"), 401),
        (scene.home.call("GET", "/health/liveness"), 200),
    ]:
        assert reply.status == status
        for name in HEADERS:
            assert reply.headers[name], f"{name} of a {status}"
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["Access-Control-Allow-Origin"] is None


# Below HTTP


def test_too_many_and_too_large_header_fields(scene: Scene) -> None:
    many = scene.raw(scene.head("GET /today HTTP/1.1", *[f"X-{number}: y" for number in range(200)]))
    assert many.startswith(b"HTTP/1.1 431 ")
    large = scene.raw(scene.head("GET /today HTTP/1.1", "X-Large: " + "y" * 20_000))
    assert large.startswith(b"HTTP/1.1 431 ")
    endless = scene.raw(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 70_000)
    assert endless.startswith(b"HTTP/1.1 431 ")
    address = scene.raw(scene.head(f"GET /today?{'x' * 100_000} HTTP/1.1"))
    assert address.split(b" ")[1] in (b"400", b"414", b"431")


NOT_HTTP = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"\x00" * 100 + b"\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /\r\n\r\n",
    b"G\xffT / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n continued: y\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nA\x00B: y\r\n\r\n",
]


@pytest.mark.parametrize("content", NOT_HTTP)
def test_what_is_no_http(scene: Scene, content: bytes) -> None:
    answer = scene.raw(content, half_close=True)
    assert not answer.endswith(b"(still open)")
    assert not answer or answer.split(b" ")[1] in (b"400", b"505"), answer[:200]


SMUGGLING = [
    ["Content-Length: 4", "Transfer-Encoding: chunked"],
    ["Transfer-Encoding: chunked", "Content-Length: 4"],
    ["Content-Length: 4", "Content-Length: 5"],
    ["Content-Length: 4, 5"],
    ["Content-Length: +4"],
    ["Content-Length: -1"],
    ["Content-Length: 0x4"],
    ["Content-Length: 18446744073709551620"],
    ["Transfer-Encoding: xchunked"],
    ["Transfer-Encoding: chunked, identity"],
    ["Transfer-Encoding:\x0bchunked"],
    ["Transfer-Encoding : chunked"],
]


@pytest.mark.parametrize("fields", SMUGGLING)
def test_one_request_inside_another(scene: Scene, fields: list[str]) -> None:
    """The second request would be somebody else's, had a proxy counted otherwise: it must not be answered."""
    body = b'{"body":"smuggled","urgency":"routine"}'
    content = ("Content-Type: application/json", f"Content-Length: {len(body)}")
    inner = scene.head(f"POST {scene.path} HTTP/1.1", *content) + body
    head = scene.head("POST /api/v1/accounts/sign-in HTTP/1.1", "Content-Type: application/json", *fields)
    answer = scene.raw(head + b"0\r\n\r\n" + inner, half_close=True)
    assert b" 201 " not in answer
    statuses = re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)
    assert len(statuses) <= 1, answer
    assert all(status in (b"400", b"413", b"422", b"501") for status in statuses), answer


def test_two_requests_one_after_the_other(scene: Scene) -> None:
    """The control: what is framed as it should be is answered, both of it."""
    body = b'{"username":1}'
    first = scene.head(
        "POST /api/v1/accounts/sign-in HTTP/1.1", "Content-Type: application/json", f"Content-Length: {len(body)}"
    )
    answer = scene.raw(first + body + scene.head("GET /api/v1/accounts/me HTTP/1.1", "Connection: close"))
    assert re.findall(rb"HTTP/1\.1 (\d{3}) ", answer) == [b"422", b"200"], answer


def test_a_client_that_sends_one_byte_a_second(scene: Scene) -> None:
    started = time.monotonic()
    head = scene.head(
        f"POST {scene.path} HTTP/1.1", "Content-Type: application/json", "Content-Length: 1000"
    )
    answer = b""
    with socket.create_connection(("127.0.0.1", scene.home.port), timeout=1) as connection:
        connection.sendall(head)
        while time.monotonic() - started < 30 and not answer:
            try:
                connection.sendall(b" ")
                answer = connection.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                break
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - started < 15


@pytest.mark.parametrize("content", ["POST {path} HTTP/1.1\r\nHost: x\r\nContent-Le", ""])
def test_a_client_that_goes_away_in_the_middle(scene: Scene, content: str) -> None:
    whole = scene.head(f"POST {scene.path} HTTP/1.1", "Content-Type: application/json", "Content-Length: 36")
    for part in (content.format(path=scene.path).encode(), whole, whole + b'{"body":"cut off",'):
        answer = scene.raw(part, half_close=True)
        assert not answer.endswith(b"(still open)")
        assert not answer or answer.split(b" ")[1] in (b"400", b"408"), answer
