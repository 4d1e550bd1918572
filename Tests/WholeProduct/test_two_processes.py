"""Who is here, and what passes between them, when two processes serve one organisation and something of it dies."""

import base64
import http.client
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from installation import MARK, Installation, Person, Redis
from product import free_port


@contextmanager
def page_open(home: Installation, person: Person) -> Iterator[None]:
    """The live stream of a page, whose first bytes have come."""
    connection = http.client.HTTPConnection("127.0.0.1", home.port, timeout=60)
    connection.request("GET", "/events", headers={"Cookie": person.cookie})
    response = connection.getresponse()
    assert response.status == 200
    assert response.readline().startswith(b"retry:")
    yield
    response.close()
    connection.close()


def here(home: Installation, asker: Person) -> set[str]:
    reply = home.call("GET", "/api/v1/accounts/staff", by=asker)
    assert reply.status == 200, reply.text
    return {member["id"] for member in reply.json["items"] if member.get("is_here")}


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_two_processes_show_each_others_people_and_one_that_is_killed_fades(home: Installation) -> None:
    ann, ben, asker = home.people[:3]
    other = replace(home, port=free_port())
    with home.serving(), other.serving() as second:
        with page_open(home, ann), page_open(other, ben):
            for site in (home, other):
                wait_until(lambda site=site: here(site, asker) == {ann.id, ben.id})
            second.process.kill()
            second.process.wait()
            # It could not say goodbye, so what it wrote is believed for a while more.
            assert here(home, asker) == {ann.id, ben.id}
            # As if that while were over: the process that lives is heard of again, the other never.
            home.sql("UPDATE web.process SET seen_at = seen_at - interval '75 seconds'")
            assert here(home, asker) == set()
            wait_until(lambda: here(home, asker) == {ann.id})


def test_a_postgresql_that_crashed_learns_again_who_is_here(home: Installation) -> None:
    ann, asker = home.people[:2]
    with home.serving(), page_open(home, ann):
        wait_until(lambda: here(home, asker) == {ann.id})
        # What a crash does to tables that are not logged.
        home.sql("TRUNCATE web.process CASCADE")
        assert here(home, asker) == set()
        wait_until(lambda: here(home, asker) == {ann.id})


# What passes from one to the other

KEY = base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    redis = Redis(tmp_path)
    redis.start()
    yield redis
    redis.kill()


class Listener:
    """A program that listens to its stream and, as a browser does, comes back with the last number when it ends."""

    def __init__(self, home: Installation, person: Person) -> None:
        self.home = home
        self.person = person
        self.numbers: list[int] = []
        self.is_listening = threading.Event()
        self.is_over = False
        self.said = ""
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()
        assert self.is_listening.wait(60)

    def listen(self) -> None:
        last = ""
        while not self.is_over:
            connection = http.client.HTTPConnection("127.0.0.1", self.home.port, timeout=60)
            headers = {"Cookie": self.person.cookie} | ({"Last-Event-ID": last} if last else {})
            connection.request("GET", "/api/v1/events", headers=headers)
            response = connection.getresponse()
            if response.status != 200:
                self.said = f"refused {response.status}"
                return
            while line := response.readline().decode():
                self.is_listening.set()
                if line.startswith("id: "):
                    last = line[4:].strip()
                    self.numbers.append(int(last.rsplit("-", 1)[1]))
                if line.startswith("event: bye"):
                    self.said = "bye"
            connection.close()

    def wait_for(self, count: int) -> None:
        wait_until(lambda: len(self.numbers) >= count)


def say(home: Installation, conversation: str, person: Person, number: int) -> None:
    path = f"/api/v1/messages/conversations/{conversation}/messages"
    reply = home.call("POST", path, {"body": f"{MARK} {number}", "urgency": "routine"}, by=person)
    assert reply.status == 201, reply.text


@pytest.mark.parametrize("how", ["with Redis", "without", "killed and emptied"])
def test_what_is_said_on_one_process_is_heard_on_the_other(home: Installation, redis: Redis, how: str) -> None:
    ann, ben = home.people[:2]
    settings = {} if how == "without" else {"REDIS_URL": redis.url, "LIMITS_KEY": KEY}
    other = replace(home, port=free_port())
    with home.serving(**settings), other.serving(**settings):
        conversation = home.conversation(ann, ben)
        listener = Listener(other, ben)
        before = len(listener.numbers)
        for number in range(6):
            if how == "killed and emptied" and number == 2:
                redis.kill()
            if how == "killed and emptied" and number == 4:
                redis.start()
                redis.ask("FLUSHALL")
            say(home, conversation, ann, number)
            # One after the other, so that each is waited for, and none carried along by the next.
            listener.wait_for(before + number + 1)
        first = listener.numbers[0]
        assert listener.numbers == list(range(first, first + 6 + before))
        listener.is_over = True


def test_signing_out_on_one_process_ends_the_stream_on_the_other(home: Installation, redis: Redis) -> None:
    ann = home.people[0]
    settings = {"REDIS_URL": redis.url, "LIMITS_KEY": KEY}
    other = replace(home, port=free_port())
    with home.serving(**settings), other.serving(**settings):
        wait_until(lambda: redis.ask("PUBSUB", "NUMSUB", redis.ask("PUBSUB", "CHANNELS")).endswith("2"))
        listener = Listener(other, ann)
        reply = home.call("POST", "/api/v1/accounts/sign-out", by=ann, key=str(uuid.uuid4()))
        assert reply.status == 204, reply.text
        listener.thread.join(60)
        # It ended, and whoever came back was not let in.
        assert listener.said == "refused 401"


def test_two_processes_look_at_ten_guesses_together(home: Installation, redis: Redis) -> None:
    settings = {"REDIS_URL": redis.url, "LIMITS_KEY": KEY, "REDIS_TIMEOUT": "5s"}
    other = replace(home, port=free_port())
    with home.serving(**settings), other.serving(**settings):
        wait_until(lambda: redis.ask("PUBSUB", "NUMSUB", redis.ask("PUBSUB", "CHANNELS")).endswith("2"))
        path, answers = "/api/v1/accounts/sign-in", []

        def guess(number: int) -> None:
            site = home if number % 2 else other
            credentials = {"username": home.people[0].username, "password": f"guess {number}"}
            answers.append(site.call("POST", path, credentials, timeout=120).status)

        threads = [threading.Thread(target=guess, args=[number]) for number in range(60)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (answers.count(401), answers.count(429)) == (10, 50)
        assert MARK.lower() not in redis.ask("KEYS", "*").lower()
        assert home.people[0].username not in redis.ask("KEYS", "*")
