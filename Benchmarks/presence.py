"""What it costs to know who is here: of two thousand people who stay, and while they all come and go."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from installation import Installation
from machine import Table, processor_seconds
from population import hire

# The first half of them, as `hire` is told; for presence there is no difference.
ASSISTANTS = 1_000


class Holder:
    """A load generator that says a line for each thing it has done."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process

    def hear(self) -> dict:
        return json.loads(self.process.stdout.readline() or "{}")

    def say(self) -> None:
        self.process.stdin.write("\n")
        self.process.stdin.flush()


@contextmanager
def holding(*arguments: object) -> Iterator[Holder]:
    with subprocess.Popen(
        [*map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Holder(process)
        process.stdin.close()


def presence(installation: Installation, server: int, load: Path, count: int, seconds: int, table: Table) -> None:
    cookies = installation.folder / "present"
    cookies.write_text("\n".join(hire(installation.cluster, installation.database, count, ASSISTANTS)))
    hired = """account_id IN (SELECT account.id FROM accounts.account
        JOIN people.person ON person.id = account.person_id WHERE full_name LIKE 'Colleague %')"""

    def used() -> float:
        return processor_seconds(server, *installation.cluster.processes())

    def written() -> int:
        return int(installation.sql("SELECT count(DISTINCT person_id) FROM web.presence"))

    def wait_until_written(people: int) -> None:
        end = time.monotonic() + 60
        while written() != people:
            if time.monotonic() > end:
                raise SystemExit(f"wcc: of {people} people {written()} are written down as here")
            time.sleep(0.2)

    # Those of processes that have ended fade by themselves only after a minute.
    installation.sql("DELETE FROM web.process")
    idle = {}
    # Of a relative nothing is written down: the same people and the same streams, without presence.
    for role, people in (("relative", 0), ("care_assistant", count)):
        installation.sql(f"UPDATE accounts.role_grant SET role = '{role}' WHERE {hired}")
        with holding(load, "idle", installation.port, cookies, count) as holder:
            opened = holder.hear().get("open", 0)
            wait_until_written(people)
            # The last who came are settled, and what waits for autovacuum does not fall into one half only.
            installation.sql("VACUUM ANALYZE web.presence, web.process, accounts.role_grant, accounts.sign_in")
            time.sleep(5)
            before, began = used(), time.monotonic()
            # Two beats at least.
            time.sleep(max(75, seconds))
            idle[role] = (used() - before) / (time.monotonic() - began)
    wait_until_written(0)
    name = f"(k) {opened:,} who stay, processor of server and database"
    table.add(f"{name}: nothing to tell", f"{idle['relative'] * 100:.1f} % of a core")
    table.add(f"{name}: with presence", f"{idle['care_assistant'] * 100:.1f} % of a core")
    table.add(f"{name}: presence alone", f"{(idle['care_assistant'] - idle['relative']) * 100:.1f} % of a core", "≤ 5 %")

    length = max(60, seconds)
    with holding(load, "shift", installation.port, cookies, count, length) as holder:
        for what, people in (("come", count), ("go", 0)):
            before, began = used(), time.monotonic()
            if not people:
                holder.say()
            holder.hear()
            wait_until_written(people)
            share = (used() - before) / (time.monotonic() - began)
            table.add(f"(k) {opened:,} who {what} within {length} s, processor of server and database",
                      f"{share * 100:.1f} % of a core")
