"""Requests that are nearly right, by the thousand: the same process lives on, no larger, and never answers 500."""

import os
import random
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from installation import MARK, Installation

REQUESTS = int(os.environ.get("WCC_MUTATED_REQUESTS", "25000"))
CLIENTS = 8
# What has broken servers before: framing, lengths, escapes, halves of characters.
TOKENS = [
    b"\r\n", b"\r\n\r\n", b"\n", b"\x00", b"\xff", b"%00", b"%", b"%2e%2e/", b"/../", b"?", b"#", b";", b",", b"\"",
    b"{", b"[", b"]" * 40, b"[" * 40, b"1e999", b"-1", b"9" * 30, b"\\ud800", b"\xed\xa0\x80", b"null",
    b"Transfer-Encoding: chunked\r\n", b"Content-Length: 0\r\n", b"Content-Length: 99999999999999999999\r\n",
    b"Content-Length: -1\r\n", b"Host: elsewhere\r\n", b"0\r\n\r\n", b"ffffffffffffffff\r\n",
    b"Expect: 100-continue\r\n", b"Cookie: __Host-wcc=\r\n", b"A: " + b"a" * 5000 + b"\r\n", b" HTTP/1.0\r\n",
    b"HTTP/9.9", b"Range: bytes=0-\r\n", b"If-Match: \"1\"\r\n", b"X-Forwarded-For: ,,,\r\n",
]


def seeds(home: Installation, conversation: str) -> list[bytes]:
    """One of each kind of request, as it would be answered well."""

    def one(line: str, body: bytes = b"", **fields: str) -> bytes:
        head = {"Host": f"localhost:{home.port}", "Cookie": home.people[0].cookie, "Sec-Fetch-Site": "same-origin"}
        head |= {"Content-Length": str(len(body))} if body and "Transfer_Encoding" not in fields else {}
        head |= {name.replace("_", "-"): value for name, value in fields.items()}
        return b"\r\n".join([line.encode(), *(f"{n}: {v}".encode() for n, v in head.items()), b"", body])

    json, form = {"Content_Type": "application/json"}, {"Content_Type": "application/x-www-form-urlencoded"}
    messages = f"/api/v1/messages/conversations/{conversation}/messages"
    return [
        one("GET /today HTTP/1.1", Accept="text/html"),
        one("GET /api/v1/messages/conversations?before=YR9i HTTP/1.1", traceparent=f"00-{'a' * 32}-{'b' * 16}-01"),
        one(f"GET {messages}?after=0 HTTP/1.1", Accept_Encoding="gzip", If_None_Match='"x"'),
        one("GET /residents?q=Edith+%C3%A9 HTTP/1.1"),
        one("GET /assets/none/app.css HTTP/1.1"),
        one("HEAD /sign-in HTTP/1.1"),
        one("OPTIONS * HTTP/1.1"),
        one(
            f"POST {messages} HTTP/1.1",
            b'{"body":"nearly right","urgency":"routine"}',
            Idempotency_Key="0123456789abcdef",
            **json,
        ),
        one("POST /api/v1/messages/search HTTP/1.1", b'{"text":"tea \\"a cup\\"","from":"2026-01-01"}', **json),
        one("POST /messages/new HTTP/1.1", b"csrf=a&key=b&kind=group&people=1&body=Hello+%F0%9F%91%8B", **form),
        one("POST /sign-in HTTP/1.1", b"csrf=a&name=nobody&password=twelve+characters", **form),
        one(f"POST {messages} HTTP/1.1", b'5\r\n{"bod\r\n0\r\n\r\n', Transfer_Encoding="chunked", **json),
        one(
            "POST /residents/0190a1b2-0000-7000-8000-000000000000/photo HTTP/1.1",
            b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n\r\n\x89PNG\r\n\x1a\n\r\n--b--\r\n',
            Content_Type="multipart/form-data; boundary=b",
        ),
    ]


def mutated(chance: random.Random, originals: list[bytes]) -> bytes:
    content = bytearray(chance.choice(originals))
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        at, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
        match chance.randrange(7):
            case 0 if at < len(content):
                content[at] ^= 1 << chance.randrange(8)
            case 1:
                content[at:at] = chance.choice(TOKENS)
            case 2:
                content[at : min(end, at + 20)] = chance.choice(TOKENS)
            case 3:
                del content[at : min(end, at + 40)]
            case 4:
                content[at:at] = content[at:end]
            case 5:
                content[at:] = chance.choice(originals)[at:]
            case _:
                del content[at:]
    return bytes(content)


def exchange(port: int, content: bytes) -> bytes:
    """What comes back; that it is nothing is an answer, too."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        try:
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)
            while chunk := connection.recv(65536):
                answer += chunk
        except ConnectionError:
            pass
    return answer


def megabytes(pid: int) -> float:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


def test_requests_that_are_nearly_right(home: Installation) -> None:
    with home.serving(LOGS_LEVEL="error") as server:
        originals = seeds(home, home.conversation(*home.people[:3]))
        statuses: dict[int, int] = {}

        def send(first: int, count: int) -> list[tuple[int, bytes, bytes]]:
            found = []
            for number in range(first, first + count):
                content = mutated(random.Random(number), originals)
                answer = exchange(home.port, content)
                for status in re.findall(rb"^HTTP/1\.1 (\d{3}) ", answer, re.MULTILINE):
                    found.append((int(status), content, answer))
                if not answer:
                    found.append((0, content, answer))
            return [(status, content, answer) for status, content, answer in found if status >= 500 or not note(status)]

        def note(status: int) -> bool:
            statuses[status] = statuses.get(status, 0) + 1
            return True

        def batch(first: int, count: int) -> None:
            each = count // CLIENTS
            with ThreadPoolExecutor(CLIENTS) as clients:
                for bad in clients.map(lambda number: send(first + number * each, each), range(CLIENTS)):
                    assert not bad, bad[0]
            assert server.process.poll() is None, server.said()[-2000:]

        # What is made once, is made by then.
        batch(0, REQUESTS // 5)
        before = megabytes(server.process.pid)
        batch(REQUESTS // 5, REQUESTS * 4 // 5)
        assert megabytes(server.process.pid) - before < 64, "it grows"
        # They were nearly right: some were right, many were refused, and few were no HTTP at all.
        assert statuses.get(200, 0) > REQUESTS // 100 and statuses.get(400, 0) > REQUESTS // 100, statuses
        assert home.call("GET", "/api/v1/accounts/me", by=home.people[0]).status == 200
        assert home.call("GET", "/today", by=home.people[0], Accept="text/html").status == 200
    assert MARK.lower() not in home.output.read_text().lower()
