"""Passwords from outside: whoever runs the installation lets people in, or keeps them out; a bad setting is said."""

import re
import secrets
import subprocess
from pathlib import Path

import pytest
from installation import MARK, PASSWORD, Installation, Reply
from product import BINARY, NEUTRAL, ROOT, environment, run

NEW = "lantern pickle sofa"


def console(home: Installation, *arguments: str) -> str:
    return run(
        *arguments,
        DATABASE_URL=home.cluster.conninfo(home.database, "wcc_app"),
        WEB_ORIGIN=f"http://localhost:{home.port}",
    )


def sign_in(home: Installation, username: str, password: str) -> Reply:
    return home.call("POST", "/api/v1/accounts/sign-in", {"username": username, "password": password})


def kept(home: Installation, username: str) -> str:
    return home.sql(f"SELECT left(password_hash, 7) FROM accounts.account WHERE username = '{username}'")


def test_the_last_administrator_comes_back_by_a_link_from_the_console(home: Installation) -> None:
    with home.serving():
        said = console(home, "password", "reset", "First")
        link = re.search(rf"^ +http://localhost:{home.port}/reset/(\S+)$", said, re.MULTILINE)
        assert link, said
        sent = {"secret": link.group(1), "password": NEW}
        assert home.call("POST", "/api/v1/accounts/password-reset", sent).status == 204
        assert home.call("POST", "/api/v1/accounts/password-reset", sent).is_problem(404)
        assert sign_in(home, "first", PASSWORD).is_problem(401)
        assert sign_in(home, "first", NEW).status == 200
    assert link.group(1) not in home.output.read_text()
    assert home.sql("SELECT count(*) FROM accounts.password_reset WHERE end_reason = 'used'") == "1"


def test_whoever_must_choose_a_new_password_does_nothing_else(home: Installation) -> None:
    one, other, *_ = home.people
    with home.serving():
        console(home, "password", "require-change", one.username)
        refused = home.call("GET", "/api/v1/accounts/me", by=one)
        assert refused.is_problem(403) and refused.json["type"] == "/problems/password-change-required"
        assert home.call("GET", "/api/v1/events", by=one).is_problem(403)
        assert home.call("GET", "/api/v1/accounts/me", by=other).status == 200
        sent = {"present": PASSWORD, "password": NEW}
        changed = home.call("POST", "/api/v1/accounts/password", sent, by=one, key=secrets.token_hex(16))
        assert changed.status == 204 and "__Host-wcc=" in changed.headers["Set-Cookie"]
        assert home.call("GET", "/api/v1/accounts/me", by=one).is_problem(401)
        cookie = changed.headers["Set-Cookie"].split(";")[0]
        assert home.call("GET", "/api/v1/accounts/me", Cookie=cookie).status == 200
    for text in (PASSWORD, NEW):
        assert text not in home.output.read_text()


def test_nobody_of_a_suspended_organisation_gets_in_until_it_is_resumed(home: Installation) -> None:
    with home.serving():
        console(home, "organisation", "suspend", f"{MARK} Care")
        assert home.call("GET", "/api/v1/accounts/me", by=home.people[0]).is_problem(401)
        assert sign_in(home, "first", PASSWORD).is_problem(401)
        assert home.call("GET", "/api/v1/accounts/me", by=home.stranger).status == 200
        console(home, "organisation", "resume", f"{MARK} Care")
        assert home.call("GET", "/api/v1/accounts/me", by=home.people[0]).status == 200
        assert sign_in(home, "first", PASSWORD).status == 200


def test_bcrypt_is_a_setting_and_no_way_of_no_return(home: Installation) -> None:
    pepper = secrets.token_urlsafe(32)
    for algorithm, prefix in (("bcrypt", "$2b$12$"), ("argon2id", "$argon2")):
        with home.serving(PASSWORDS_ALGORITHM=algorithm, PASSWORDS_PEPPER=pepper):
            for _ in range(2):
                assert sign_in(home, "first", PASSWORD).status == 200
        assert kept(home, "first") == prefix
    assert pepper not in home.output.read_text()


def refused(home: Installation, **settings: str) -> tuple[int, str]:
    """How `wcc serve` ends that does not start."""
    more = {"DATABASE_URL": home.cluster.conninfo(home.database, "wcc_app"), "HTTP_PORT": str(home.port)} | settings
    done = subprocess.run(
        [BINARY, "serve"], cwd=NEUTRAL, env=environment(**more), capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"PASSWORDS_BLOCKLIST": "/nonexistent/list"}, "there is nothing at"),
        ({"PASSWORDS_BLOCKLIST": "/tmp"}, "is not a file that exists"),
        ({"PASSWORDS_ALGORITHM": "bcrypt"}, "is missing, and bcrypt is selected"),
        ({"PASSWORDS_ALGORITHM": "md5"}, "is not one of"),
        ({"PASSWORDS_ALGORITHM": "bcrypt", "PASSWORDS_PEPPER": "too short to be one"}, "has fewer than 32 characters"),
    ],
)
def test_a_setting_that_will_not_do_stops_the_start_with_a_sentence(home, settings, words) -> None:
    code, said = refused(home, **settings)
    assert code == 78 and words in said
    assert "too short to be one" not in said


def test_without_the_list_that_comes_with_it_nothing_starts(home: Installation, tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    vendor.mkdir()
    for source in (ROOT / "Assets").iterdir():
        if source.name != "vendor":
            (tmp_path / source.name).symlink_to(source)
    for source in (ROOT / "Assets" / "vendor").iterdir():
        if source.name != "passwords":
            (vendor / source.name).symlink_to(source)
    code, said = refused(home, ASSETS_PATH=str(tmp_path))
    assert code != 0 and "There is no list of common passwords at" in said and "scripts/fetch-assets" in said
