#!/usr/bin/env python3
"""Puts the load of benchmark (a) on Matrix Synapse and on Prosody: 8 people send, 50 others of their room listen.

`make bench` ends with it; alone it is `python3 Benchmarks/counterparts.py`. What each server does and does not do for a
message is in docs/benchmarks.md: without that the figures say little.
"""

import asyncio
import importlib.machinery
import importlib.util
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from on_prosody import Prosody
from on_synapse import Synapse
from room_load import LISTENERS, Lacking, Outcome, load

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Figures:
    outcome: Outcome
    used: float
    sent: int
    stored: int


async def answering(server: Synapse | Prosody, process: subprocess.Popen) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            raise Lacking("does not start")
        with suppress(OSError):
            return await server.ready()
        await asyncio.sleep(0.1)
    raise Lacking("does not answer")


async def observe(server: Synapse | Prosody, process: subprocess.Popen, seconds: int,
                  used: Callable[[], float]) -> Figures:
    await answering(server, process)
    listeners, senders, tasks = await server.gather()
    try:
        first = await load(listeners, senders, 2)
        before = used()
        outcome = await load(listeners, senders, seconds)
        figures = Figures(outcome, used() - before, first.messages + outcome.messages, server.stored())
        for task in tasks:
            if task.done():
                task.result()
        return figures
    finally:
        for task in tasks:
            task.cancel()


def percentiles(nanoseconds: Iterable[int]) -> str:
    ordered = sorted(nanoseconds) or [0]
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] / 1e6 for share in (0.5, 0.99)]
    return f"{at[0]:.1f}, {at[1]:.1f} ms"


def report(table: object, name: str, figures: Figures) -> None:
    outcome = figures.outcome
    lost = outcome.messages * LISTENERS - len(outcome.delivered)
    missing = figures.sent - figures.stored
    each = figures.used / max(1, outcome.messages) * 1000
    table.add(f"{name}: messages", f"{outcome.messages / outcome.seconds:.0f}/s, {missing} not stored")
    table.add(f"{name}: processor, server and database", f"{each:.2f} ms a message")
    table.add(f"{name}: answered, p50 and p99", percentiles(outcome.answered))
    table.add(f"{name}: deliveries", f"{len(outcome.delivered) / outcome.seconds:.0f}/s, {lost} lost")
    table.add(f"{name}: delivered, p50 and p99", percentiles(outcome.delivered))


def used_by(server: Synapse | Prosody, process: subprocess.Popen, processor_seconds: Callable[..., float]) -> float:
    return processor_seconds(process.pid, *server.cluster.processes())


def examine(table: object, server: Synapse | Prosody, seconds: int, processor_seconds: Callable[..., float]) -> None:
    name = f"(j) {server.name}"
    process = None
    with (server.folder / "log").open("w+") as log:
        try:
            server.cluster.sql("CHECKPOINT")
            process = server.start(log.fileno())
            used = partial(used_by, server, process, processor_seconds)
            report(table, name, asyncio.run(observe(server, process, seconds, used)))
        except (Lacking, RuntimeError, AssertionError, OSError, EOFError, subprocess.SubprocessError) as error:
            log.seek(0)
            last = (log.read().strip().splitlines() or [""])[-1]
            table.add(name, f"not measured: {error or type(error).__name__} {last}".strip())
        finally:
            end(process)


def measure(table: object, seconds: int, cluster: object, free_port: Callable[[], int],
            processor_seconds: Callable[..., float]) -> None:
    """Adds the rows of each counterpart to the table, or why there are none; the cluster is one that runs."""
    with tempfile.TemporaryDirectory(prefix="wcc-counterparts-") as made:
        folder = Path(made)
        # Prosody's own user gets through.
        folder.chmod(0o711)
        for server in (
            Synapse(folder / "synapse", free_port(), cluster),
            Prosody(folder / "files", free_port(), cluster, database=False),
            Prosody(folder / "postgresql", free_port(), cluster, database=True),
        ):
            server.folder.mkdir(mode=0o755)
            examine(table, server, seconds, processor_seconds)


def end(process: subprocess.Popen | None) -> None:
    if process is None:
        return
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main() -> int:
    # What cannot be installed is lacking in the table, and says so there.
    subprocess.run([str(ROOT / "tools" / "install-counterparts")], check=False)
    loader = importlib.machinery.SourceFileLoader("bench", str(ROOT / "Benchmarks" / "bench"))
    bench = importlib.util.module_from_spec(importlib.util.spec_from_loader("bench", loader))
    sys.modules["bench"] = bench
    loader.exec_module(bench)
    from product import free_port

    with tempfile.TemporaryDirectory(prefix="wcc-bench-") as made:
        Path(made).chmod(0o711)
        cluster = bench.Cluster(Path(made) / "cluster")
        try:
            cluster.start()
            for statement in filter(str.strip, bench.DURABLE.split(";")):
                cluster.sql(statement)
            cluster.stop()
            cluster.start()
            measure(bench.Table(), bench.SECONDS, cluster, free_port, bench.processor_seconds)
        finally:
            cluster.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
