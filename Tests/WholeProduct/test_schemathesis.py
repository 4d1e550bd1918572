"""The API against its own description: no 5xx, no answer that is not described, no description that is not kept."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from installation import MARK, Installation, Person
from product import environment

SEED = 20261122
# For each of the two runs, on a machine that does other things besides.
LIMIT = 300
EXAMPLES = 10
LEFT_OUT = [
    # A route that takes an id that nobody has answers 404 to a request that is right in itself.
    "positive_data_acceptance",
    # Needs a second sign-in with less to see; AuthorisationTests ask that of every route.
    "object_level_authorization",
]


def configure(home: Installation, person: Person | None) -> Path:
    """Who is asking, and ids of things that are there, so that more is met than their absence."""
    file = home.folder / "schemathesis.toml"
    conversation = home.conversation(*home.people[:3])
    path = f"/api/v1/messages/conversations/{conversation}/messages"
    message = home.call("POST", path, {"body": f"{MARK} urgent", "urgency": "urgent"}, by=home.people[1]).json["id"]
    resident = home.sql("SELECT person_id FROM people.resident")
    place = home.sql("SELECT home_id FROM people.resident")
    lines = [
        "[parameters]",
        f'"path.conversation" = "{conversation}"',
        f'"path.message" = "{message}"',
        f'"path.resident" = "{resident}"',
        f'"path.home" = "{place}"',
    ]
    if person:
        lines += ["[auth.openapi.sign_in]", f'api_key = "{person.secret}"']
    file.write_text("\n".join(lines))
    return file


def schemathesis(home: Installation, person: Person | None) -> str:
    configuration = configure(home, person)
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration)]
    command += ["run", f"http://127.0.0.1:{home.port}/openapi.json", "-H", "Sec-Fetch-Site: same-origin"]
    command += ["--checks", "all", "--exclude-checks", ",".join(LEFT_OUT), "--phases", "examples,coverage,fuzzing" if person else "coverage"]
    command += ["--max-examples", str(EXAMPLES), "--seed", str(SEED), "--request-timeout", "20"]
    command += ["--continue-on-failure", "--output-truncate", "false", "--generation-database", "none"]
    # They end the sign-in, or never end.
    command += ["--exclude-path", "/api/v1/accounts/sign-out", "--exclude-path", "/api/v1/events"]
    done = subprocess.run(
        command,
        cwd=home.folder,
        env=environment(NO_COLOR="1", COLUMNS="200"),
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert done.returncode == 0, f"{done.stdout[-20_000:]}{done.stderr[-2_000:]}"
    return done.stdout


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_the_api_is_as_described(home: Installation, is_signed_in: bool) -> None:
    with home.serving() as server:
        said = schemathesis(home, home.people[0] if is_signed_in else None)
        assert server.process.poll() is None
    tried = re.search(r"(\d+) generated", said)
    assert tried is None or int(tried.group(1)) > 100
