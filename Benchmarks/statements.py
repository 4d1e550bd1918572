"""The statements of one send, taken from the server's log and repeated by pgbench: what the database alone could do."""

import csv
import io
import re
import shutil
import subprocess
import time
from pathlib import Path

from installation import Installation
from machine import Table

LOGGING = "ALTER SYSTEM SET logging_collector = on; ALTER SYSTEM SET log_destination = 'csvlog'"


def captured(installation: Installation, conversation: str) -> tuple[list[str], dict]:
    """What was executed between `BEGIN` and `COMMIT` for one message, with its values in it; and the message."""
    cluster = installation.cluster
    for setting in ("log_min_duration_statement = 0", "log_min_messages = log"):
        cluster.sql(f"ALTER SYSTEM SET {setting}")
    cluster.sql("SELECT pg_reload_conf()")
    time.sleep(1)
    sender = installation.people[0]
    reply = installation.call(
        "POST", f"/api/v1/messages/conversations/{conversation}/messages",
        {"body": "She has had her lunch and a cup of tea.", "urgency": "routine"}, by=sender, key="the-send-that-is-logged",
    )
    assert reply.status == 201, reply.text
    for setting in ("log_min_duration_statement", "log_min_messages"):
        cluster.sql(f"ALTER SYSTEM RESET {setting}")
    cluster.sql("SELECT pg_reload_conf()")
    time.sleep(1)
    text = "".join(path.read_text() for path in sorted(Path(cluster.folder, "db", "log").glob("*.csv")))
    by_process: dict[str, list[str]] = {}
    for row in csv.reader(io.StringIO(text)):
        said = re.match(r"duration: [\d.]+ ms  execute \S+: (.*)", row[13], re.DOTALL)
        if said:
            by_process.setdefault(row[3], []).append(with_values(said.group(1), row[14]))
    for statements in by_process.values():
        for begin in (place for place, statement in enumerate(statements) if statement == "BEGIN"):
            whole = statements[begin : statements.index("COMMIT", begin) + 1]
            if any("INSERT INTO messages.message" in statement for statement in whole):
                return whole, reply.json
    raise SystemExit("wcc: the statements of a send are not in the server's log")


def with_values(statement: str, detail: str) -> str:
    apart = "' || chr(58) || '"
    values = dict(re.findall(r"\$(\d+) = (NULL|'(?:[^']|'')*')", detail))
    # pgbench looks for its variables inside of texts too.
    values = {
        number: f"({value.replace(':', apart)})" if re.search(":[A-Za-z_]", value) else value
        for number, value in values.items()
    }
    return re.sub(r"\$(\d+)", lambda found: values[found.group(1)], statement)


def script(statements: list[str], message: dict) -> str:
    """The same for pgbench, with an id, a key and a number of its own for each message."""
    seq = message["seq"]
    lines = ["\\set n random(1, 1000000000000000)"]
    for statement in statements:
        line = " ".join(statement.split())
        line = line.replace(f"'{message['id']}'", "('00000000-0000-4000-8000-' || lpad(to_hex(:n::bigint), 12, '0'))::uuid")
        line = line.replace("'the-send-that-is-logged'", "'the-send-' || lpad(:n::bigint::text, 20, '0')")
        if line.startswith("UPDATE messages.conversation"):
            line += " \\gset at_"
        else:
            line = line.replace(f"'{seq}'", ":at_last_seq::bigint").replace(f"'{seq - 1}'", "(:at_last_seq::bigint - 1)")
        lines.append(line if "\\gset" in line else f"{line};")
    return "\n".join(lines) + "\n"


def pgbench(installation: Installation, conversation: str, senders: int, seconds: int) -> float:
    """How many such transactions PostgreSQL's own load generator gets through in a second."""
    file = installation.folder / "send.sql"
    file.write_text(script(*captured(installation, conversation)))
    done = subprocess.run(
        ["pgbench", "-n", "-M", "prepared", "-c", str(senders), "-j", "2", "-T", str(seconds), "-f", str(file),
         installation.cluster.conninfo(installation.database, "wcc_app")],
        capture_output=True, text=True, timeout=seconds + 60,
    )
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or not rate:
        raise SystemExit(f"wcc: pgbench failed: {done.stderr[:800]}")
    return float(rate.group(1))


def compare(installation: Installation, conversation: str, senders: int, sent: float, seconds: int, table: Table) -> None:
    if not shutil.which("pgbench"):
        table.add("(b) the same statements through pgbench", "pgbench is not installed")
        return
    alone = pgbench(installation, conversation, senders, seconds)
    table.add(f"(b) the same statements through pgbench, {senders} connections", f"{alone:.0f}/s")
    table.add("(b) sends over HTTP, nobody listening, to that", f"{sent / alone:.2f}", "≥ 0.70")
