"""Whether there is such a name, or it was closed, is not to be learned from how long a wrong password takes (A-07)."""

import math
import random
import re
import time
from statistics import median

from installation import Installation, Reply

# A person cannot be told to wait for less, and a network in between hides it.
LEAST_SECONDS = 0.003
# Of a name in a round: it has ten tries at once.
TRIES = 3
ROUNDS = 3


def attempt(home: Installation, username: str) -> tuple[float, Reply]:
    started = time.perf_counter()
    reply = home.call("POST", "/api/v1/accounts/sign-in", {"username": username, "password": "lantern pickle sofas"})
    return time.perf_counter() - started, reply


def said(reply: Reply) -> tuple[int, str, list[tuple[str, str]]]:
    """All of it but the number of the request and the time of day."""
    headers = [(name, value) for name, value in reply.headers.items() if name not in ("X-Request-Id", "traceresponse", "Date")]
    return reply.status, re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "·", reply.text), sorted(headers)


def chance(some: list[float], others: list[float]) -> float:
    """How likely so different an order is if there is no difference: Mann and Whitney's test, by the normal curve."""
    ordered = sorted([(value, 0) for value in some] + [(value, 1) for value in others])
    ranks = sum(rank for rank, (_, which) in enumerate(ordered, 1) if which == 0)
    a, b = len(some), len(others)
    away = abs(ranks - a * (a + b + 1) / 2) / math.sqrt(a * b * (a + b + 1) / 12)
    return math.erfc(away / math.sqrt(2))


def are_alike(some: list[float], others: list[float]) -> bool:
    return abs(median(some) - median(others)) < LEAST_SECONDS and chance(some, others) > 0.01


def test_a_difference_would_be_seen() -> None:
    """Also one much smaller than a password's hash takes, in times that vary much more than these do."""
    dice = random.Random(1)
    times = [0.04 + dice.expovariate(200) for _ in range(180)]
    some, others = times[::2], times[1::2]
    assert are_alike(some, others)
    assert not are_alike([one + 0.004 for one in some], others)
    assert not are_alike([one * 0.5 for one in some], others)


def test_who_exists_is_not_told_by_time(home: Installation) -> None:
    """In each round 90 threes, in any order; chance may fail a round, and what tells something fails them all."""
    half = len(home.people) // 2
    known, closed = home.people[:half], home.people[half:]
    names = ", ".join(f"'{one.username}'" for one in closed)
    home.sql(f"UPDATE accounts.account SET state = 'disabled' WHERE username IN ({names})")
    with home.serving(LIMITS_SIGN_IN_NETWORK="1000000/1s"):
        attempt(home, "warm.up")
        for number in range(ROUNDS):
            times: dict[str, list[float]] = {"known": [], "closed": [], "unknown": []}
            for turn in range(TRIES * half):
                three = [
                    ("known", known[turn % half].username),
                    ("closed", closed[turn % half].username),
                    ("unknown", f"nobody.{number}.{turn % half}"),
                ]
                random.shuffle(three)
                answers = set()
                for kind, username in three:
                    seconds, reply = attempt(home, username)
                    times[kind].append(seconds)
                    answers.add(str(said(reply)))
                assert len(answers) == 1, answers
            if are_alike(times["known"], times["unknown"]) and are_alike(times["closed"], times["unknown"]):
                return
    middle = {kind: f"{median(all) * 1000:.1f} ms" for kind, all in times.items()}
    raise AssertionError(f"{middle}, {chance(times['known'], times['unknown'])}")
