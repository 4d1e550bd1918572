"""Who is here, when two processes serve one organisation and one of them dies."""

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from installation import Installation, Person
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
