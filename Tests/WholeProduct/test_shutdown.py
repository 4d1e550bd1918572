"""SIGTERM: what was begun is finished, and nobody waits for long."""

import http.client
import json
import signal
import subprocess
import threading
import time

from installation import MARK, Installation, Person, Reply
from product import LONGEST_END, environment

STREAMS = 200
# As many as one person may have open.
EACH = 4


def listen(home: Installation, person: Person) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", home.port, timeout=30)
    connection.request("GET", "/api/v1/events", headers={"Cookie": person.cookie})
    response = connection.getresponse()
    assert response.status == 200, response.read()
    # Kept, or the connection goes with it.
    response.connection = connection
    return response


def test_two_hundred_open_streams_do_not_delay_the_end(home: Installation) -> None:
    with home.serving() as server:
        streams = [listen(home, person) for person in home.people[: STREAMS // EACH] for _ in range(EACH)]
        assert len(streams) == STREAMS
        assert home.call("GET", "/api/v1/accounts/me", by=home.people[0]).status == 200
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(30) == 0
        assert time.monotonic() - started <= LONGEST_END
        for stream in streams:
            # Told that it is over, and ended as HTTP ends: this raises if it was cut off.
            assert stream.read().decode().rstrip().endswith("event: bye\ndata:")
            stream.connection.close()


def test_a_fifth_stream_of_one_person_is_refused(home: Installation) -> None:
    with home.serving():
        streams = [listen(home, home.people[0]) for _ in range(EACH)]
        assert home.call("GET", "/api/v1/events", by=home.people[0]).is_problem(429)
        for stream in streams:
            stream.connection.close()


def test_a_stream_ends_soon_after_its_sign_in(home: Installation) -> None:
    with home.serving():
        person = home.people[0]
        stream = listen(home, person)
        assert home.call("POST", "/api/v1/accounts/sign-out", by=person).status == 204
        started = time.monotonic()
        assert "event: bye" in stream.read().decode()
        assert time.monotonic() - started <= 5
        stream.connection.close()
        assert home.call("GET", "/api/v1/events", by=person).is_problem(401)


def test_a_message_under_way_is_finished(home: Installation) -> None:
    with home.serving() as server:
        conversation = home.conversation(*home.people[:2])
        # Somebody else holds the conversation, so the message is on its way when the signal comes.
        holder = subprocess.Popen(
            ["psql", "-X", "-q", home.cluster.conninfo(home.database)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            text=True,
        )
        holder.stdin.write(
            f"BEGIN; SELECT id FROM messages.conversation WHERE id = '{conversation}' FOR UPDATE;\n"
        )
        holder.stdin.flush()
        assert any(conversation in line for line in holder.stdout)
        replies: list[Reply] = []
        path = f"/api/v1/messages/conversations/{conversation}/messages"
        sending = threading.Thread(
            target=lambda: replies.append(
                home.call("POST", path, {"body": f"{MARK} last", "urgency": "routine"}, by=home.people[0])
            )
        )
        sending.start()
        wait_for_lock(home)
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert server.process.poll() is None
        holder.communicate("COMMIT;\n", timeout=10)
        sending.join(10)
        assert server.process.wait(10) == 0
        assert time.monotonic() - started <= LONGEST_END
    assert [reply.status for reply in replies] == [201], [reply.text for reply in replies]
    assert json.loads(replies[0].text)["seq"] == 1
    assert home.bodies(conversation) == [f"{MARK} last"]


def wait_for_lock(home: Installation) -> None:
    end = time.monotonic() + 10
    question = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'wcc_app' AND wait_event_type = 'Lock'"
    while home.sql(question) == "0":
        assert time.monotonic() < end, "nobody waits"
        time.sleep(0.02)
