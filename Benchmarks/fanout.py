"""Telling a thousand and ten thousand people, all of whom have the product open."""

import json
import subprocess
import time
from pathlib import Path

from installation import Installation
from machine import Table, processor_seconds, resident_kilobytes
from population import hire, promote

ASSISTANTS = 1_000


def fan_out(installation: Installation, server: int, load: Path, count: int, seconds: int, table: Table) -> None:
    manager = installation.people[-1]
    promote(installation.cluster, installation.database, manager)
    cookies = installation.folder / "hired"
    cookies.write_text("\n".join(hire(installation.cluster, installation.database, count, ASSISTANTS)))
    time.sleep(2)
    memory = resident_kilobytes(server)
    with subprocess.Popen(
        [str(load), "idle", str(installation.port), str(cookies), str(count)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as holder:
        assert holder.stdout and holder.stdin

        def say(word: str) -> dict:
            holder.stdin.write(f"{word}\n")
            holder.stdin.flush()
            return json.loads(holder.stdout.readline() or "{}")

        opened = json.loads(holder.stdout.readline() or "{}").get("open", 0)
        time.sleep(3)
        each = (resident_kilobytes(server) - memory) / max(1, opened)
        table.add(f"(c) {opened:,} idle streams: memory of each", f"{each:.1f} KB", "≤ 40 KB")
        before, began = processor_seconds(server, *installation.cluster.processes()), time.monotonic()
        time.sleep(max(30, seconds))
        used = processor_seconds(server, *installation.cluster.processes()) - before
        share = used / (time.monotonic() - began) / max(1, opened)
        table.add(f"(c) {opened:,} idle streams: processor of each, with the database", f"{share * 1e6:.1f} µs/s", "≤ 5 µs/s")
        for roles, listening in ((["care_assistant"], min(ASSISTANTS, count)), (None, count)):
            announce(installation, roles, listening, say, table)
        holder.stdin.close()


def announce(installation: Installation, roles: list[str] | None, listening: int, say, table: Table) -> None:
    say("mark")
    began = time.monotonic()
    reply = installation.call(
        "POST", "/api/v1/announcements",
        {"title": "The lift is out of order", "body": "Use the one at the back.", "asks_confirmation": True,
         **({"roles": roles} if roles else {})},
        by=installation.people[-1], key=f"announcement-to-{'some' if roles else 'all'}-{listening}",
    )
    accepted = time.monotonic() - began
    if reply.status != 201:
        raise SystemExit(f"wcc: an announcement was answered {reply.status}: {reply.text[:300]}")
    announcement, people = reply.json["id"], reply.json["progress"]["people"]
    count = f"SELECT count(*) FROM announcements.receipt WHERE announcement_id = '{announcement}'"
    while int(installation.sql(count)) < people and time.monotonic() - began < 120:
        time.sleep(0.02)
    queryable = time.monotonic() - began
    time.sleep(6)
    told = say("report")
    most = people >= 10_000
    table.add(f"(h) announcement to {people:,}: accepted", f"{accepted * 1000:.0f} ms", "≤ 300 ms" if most else "")
    table.add(f"(h) announcement to {people:,}: all receipts queryable", f"{queryable:.2f} s", "≤ 5 s" if most else "")
    table.add(f"(d) the same, until the last of {told['reached']:,} open streams was told",
              f"{told['milliseconds']} ms", "≤ 300 ms" if most else "")
    if told["reached"] < listening:
        table.add(f"(d) open streams that were not told within {told['milliseconds']} ms", f"{listening - told['reached']:,}")
