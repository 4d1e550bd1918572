"""How the cost of reading grows with what there is to read."""

import http.client
import json
import secrets
import time

from installation import Installation, Person
from machine import Table, percentile
from population import promote, talk

CONVERSATIONS = 100
MEMBERS = 30
ROUNDS = 60
SEARCHES = {"a common word": "lunch", "a rare word": "w3999", "two words": "garden daughter"}


class Reader:
    """One connection of one person, kept open."""

    def __init__(self, installation: Installation, person: Person) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=120)
        self.headers = {"Cookie": person.cookie, "Accept": "application/json"}

    def ask(self, path: str, body: object = None) -> float:
        """How many milliseconds the answer took."""
        began = time.perf_counter()
        if body is None:
            self.connection.request("GET", path, headers=self.headers)
        else:
            key = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin",
                   "Idempotency-Key": secrets.token_hex(16)}
            self.connection.request("POST", path, json.dumps(body), self.headers | key)
        reply = self.connection.getresponse()
        text = reply.read()
        took = (time.perf_counter() - began) * 1000
        if reply.status not in (200, 201):
            raise SystemExit(f"wcc: {path} answered {reply.status}: {text[:300]!r}")
        return took


def growth(installation: Installation, sizes: list[int], table: Table) -> None:
    people = installation.people
    promote(installation.cluster, installation.database, people[-1])
    conversations = [
        installation.conversation(people[0], *(people[1 + (number + step) % (len(people) - 2)] for step in range(MEMBERS)))
        for number in range(CONVERSATIONS)
    ]
    first: dict[str, float] = {}
    for size in sizes:
        talk(installation.cluster, installation.database, conversations, size)
        # New ones, for the server hangs up on those that say nothing for as long as that takes.
        reader, manager = Reader(installation, people[0]), Reader(installation, people[-1])
        acts = {
            "open a conversation": lambda n: reader.ask(
                f"/api/v1/messages/conversations/{conversations[n % CONVERSATIONS]}/messages"),
            "list conversations": lambda _: reader.ask("/api/v1/messages/conversations"),
            "search the audit": lambda _: manager.ask("/api/v1/audit/entries"),
        } | {
            f"search for {name}": lambda _, words=words: reader.ask("/api/v1/messages/search", {"text": words})
            for name, words in SEARCHES.items()
        }
        for name, act in acts.items():
            for number in range(5):
                act(number)
            times = [act(number) for number in range(ROUNDS)]
            p95 = percentile(times, 0.95)
            grown = f", {p95 / first[name]:.1f} × that at {sizes[0]:,}" if name in first else ""
            first.setdefault(name, p95)
            table.add(f"(f) {name}, of {size:,} messages: p50 and p95",
                      f"{percentile(times, 0.5):.1f}, {p95:.1f} ms{grown}",
                      "p95 ≤ 50 ms, ≤ 2 ×" if size == sizes[-1] and size > sizes[0] else "")
