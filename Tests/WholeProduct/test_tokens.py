"""Tokens from outside: what was revoked stays so when everything is killed, and keys change while programs ask."""

import http.client
import time

from installation import PASSWORD, Installation, Reply
from product import run


def issue(home: Installation, username: str = "first", password: str = PASSWORD) -> dict:
    reply = home.call("POST", "/api/v1/token", {"username": username, "password": password})
    assert reply.status == 200, reply
    return reply.json


def refresh(home: Installation, token: str) -> Reply:
    return home.call("POST", "/api/v1/token/refresh", {"refresh_token": token})


def ask(home: Installation, token: str) -> Reply:
    return home.call("GET", "/api/v1/accounts/me", Authorization=f"Bearer {token}")


def console(home: Installation, *arguments: str) -> str:
    return run(
        *arguments,
        DATABASE_URL=home.cluster.conninfo(home.database, "wcc_app"),
        WEB_ORIGIN=f"http://localhost:{home.port}",
    )


def test_what_was_revoked_stays_so_when_the_server_is_killed(home: Installation) -> None:
    with home.serving() as server:
        control, copied, left = issue(home), issue(home), issue(home)
        for one in (control, copied, left):
            assert ask(home, one["access_token"]).status == 200
        # A copy of one, which is exchanged twice; the other is signed out.
        newest = refresh(home, copied["refresh_token"]).json
        assert ask(home, newest["access_token"]).status == 200
        assert refresh(home, copied["refresh_token"]).is_problem(401)
        reply = home.call("POST", "/api/v1/token/revoke", {"refresh_token": left["refresh_token"]})
        assert reply.status == 204
        server.process.kill()
        server.process.wait()
    with home.serving():
        for one in (copied, newest, left):
            assert ask(home, one["access_token"]).is_problem(401)
            assert refresh(home, one["refresh_token"]).is_problem(401)
        assert ask(home, control["access_token"]).status == 200
        control = refresh(home, control["refresh_token"]).json
        assert ask(home, control["access_token"]).status == 200
    said = home.output.read_text()
    for one in (control, copied, newest, left):
        assert one["access_token"] not in said and one["refresh_token"] not in said


def test_an_emergency_ends_what_the_old_keys_have_signed(home: Installation) -> None:
    with home.serving():
        before = issue(home)
        assert "five minutes" in console(home, "keys", "rotate-signing")
        shown = home.call("GET", "/.well-known/jwks.json").json["keys"]
        assert len(shown) == 2
        assert ask(home, before["access_token"]).status == 200
        console(home, "keys", "rotate-signing", "--emergency")
        assert ask(home, before["access_token"]).is_problem(401)
        assert refresh(home, before["refresh_token"]).is_problem(401)
        assert ask(home, issue(home)["access_token"]).status == 200
        kept = home.call("GET", "/.well-known/jwks.json").json["keys"]
        assert len(kept) == 1 and kept[0]["kid"] not in {key["kid"] for key in shown}


def test_a_stream_that_a_token_has_opened_ends_with_its_sign_in(home: Installation) -> None:
    with home.serving():
        tokens = issue(home)
        connection = http.client.HTTPConnection("127.0.0.1", home.port, timeout=60)
        connection.request("GET", "/api/v1/events", headers={"Authorization": f"Bearer {tokens['access_token']}"})
        opened = connection.getresponse()
        assert opened.status == 200 and opened.readline() == b"retry: 2000\n"
        began = time.monotonic()
        # From another process, which rings at nobody here.
        home.sql("UPDATE accounts.organisation SET state = 'suspended'")
        assert b"bye" in opened.read()
        assert time.monotonic() - began < 50, "ten times what is promised, for a machine that slow"
        connection.close()
