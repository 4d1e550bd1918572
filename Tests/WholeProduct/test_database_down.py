"""Without its database the product says so, quickly, and comes back by itself."""

import json
import signal
import time
from collections.abc import Callable

import pytest
from installation import MARK, Installation

# A server that is frozen is waited for three times as long as it may take over a statement.
STATEMENT = 2
LONGEST_ANSWER = 3 * STATEMENT + 3


def freeze(home: Installation) -> Callable[[], None]:
    home.cluster.signal(signal.SIGSTOP)
    return lambda: home.cluster.signal(signal.SIGCONT)


def shut_down(home: Installation) -> Callable[[], None]:
    home.cluster.stop()
    return home.cluster.start


@pytest.mark.parametrize("take_away", [shut_down, freeze])
def test_requests_are_refused_and_served_again(
    home: Installation, take_away: Callable[[Installation], Callable[[], None]]
) -> None:
    with home.serving(DATABASE_STATEMENT_TIMEOUT=f"{STATEMENT}s") as server:
        person = home.people[0]
        conversation = home.conversation(*home.people[:2])
        path = f"/api/v1/messages/conversations/{conversation}/messages"
        give_back = take_away(home)
        try:
            for method, address, body in [
                ("GET", "/api/v1/messages/conversations", None),
                ("POST", path, {"body": f"{MARK} unheard", "urgency": "routine"}),
            ]:
                started = time.monotonic()
                reply = home.call(method, address, body, by=person)
                assert reply.is_problem(503), f"{reply.status}: {reply.text}"
                assert time.monotonic() - started <= LONGEST_ANSWER
                assert int(reply.headers["Retry-After"]) >= 1
                for word in ("SELECT", "127.0.0.1", "libpq", "connection to server"):
                    assert word not in reply.text
            page = home.call("GET", "/today", by=person, Accept="text/html")
            assert page.status == 503
            assert "<h1" in page.text
            # What it last found is good for a second.
            wait_for_readiness(home, 503, 5)
            assert json.loads(home.call("GET", "/health/readiness").text)["failing"] == ["database"]
            assert home.call("GET", "/health/liveness").status == 200
        finally:
            give_back()
        wait_for_readiness(home, 200, 30)
        assert home.call("GET", "/api/v1/messages/conversations", by=person).status == 200
        sent = home.call("POST", path, {"body": f"{MARK} heard", "urgency": "routine"}, by=person)
        assert sent.status == 201
        assert home.bodies(conversation) == [f"{MARK} heard"]
        assert server.process.poll() is None


def wait_for_readiness(home: Installation, status: int, limit: float) -> None:
    end = time.monotonic() + limit
    while home.call("GET", "/health/readiness").status != status:
        assert time.monotonic() < end, f"readiness is not {status} within {limit} s"
        time.sleep(0.1)
