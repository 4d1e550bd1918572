"""Ending sign-ins from outside: everybody's, one organisation's, one person's, with what is open through them."""

import http.client
from dataclasses import replace

import pytest
from installation import MARK, Installation, Person
from product import free_port, run


def console(home: Installation, *arguments: str) -> str:
    return run(
        *arguments,
        DATABASE_URL=home.cluster.conninfo(home.database, "wcc_app"),
        WEB_ORIGIN=f"http://localhost:{home.port}",
    )


def stream(home: Installation, person: Person) -> http.client.HTTPResponse:
    """What somebody hears, whose first bytes have come."""
    connection = http.client.HTTPConnection("127.0.0.1", home.port, timeout=60)
    connection.request("GET", "/events", headers={"Cookie": person.cookie})
    response = connection.getresponse()
    assert response.status == 200
    assert response.readline().startswith(b"retry:")
    return response


def test_one_command_ends_every_sign_in_and_every_stream_on_two_processes_without_redis(home: Installation) -> None:
    ann, ben, cat = home.people[:3]
    other = replace(home, port=free_port())
    with home.serving(), other.serving():
        streams = [stream(home, ann), stream(other, ben), stream(home, home.stranger)]
        assert "sign-ins have ended" in console(home, "sign-ins", "end", "--all")
        for site in (home, other):
            for person in (ann, ben, cat, home.stranger):
                assert site.call("GET", "/api/v1/accounts/me", by=person).is_problem(401)
        for one in streams:
            assert one.read().endswith(b"event: bye\ndata: \n\n")
    entries = home.sql(
        "SELECT count(*) || ' ' || count(DISTINCT tenant_id) FROM audit.entry"
        " WHERE action = 'accounts.end_sign_ins_at_server'"
    )
    assert entries == "2 2"


def test_a_person_or_an_organisation_ends_without_the_others(home: Installation) -> None:
    one, other, *_ = home.people
    with home.serving():
        assert "sign-in" in console(home, "sign-ins", "end", "--person", one.username)
        assert home.call("GET", "/api/v1/accounts/me", by=one).is_problem(401)
        assert home.call("GET", "/api/v1/accounts/me", by=other).status == 200
        console(home, "sign-ins", "end", "--organisation", f"{MARK} Care")
        assert home.call("GET", "/api/v1/accounts/me", by=other).is_problem(401)
        assert home.call("GET", "/api/v1/accounts/me", by=home.stranger).status == 200


@pytest.mark.parametrize("arguments", [[], ["--all", "--person", "first"], ["--all", "--organisation", "x"]])
def test_it_has_to_be_said_whose(home: Installation, arguments: list[str]) -> None:
    with pytest.raises(AssertionError):
        console(home, "sign-ins", "end", *arguments)
