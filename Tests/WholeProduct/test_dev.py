"""`wcc dev`, as somebody meets it who starts it, stops it, and kills it at the worst moment."""

import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("WCC_BINARY", str(ROOT / ".build" / "debug" / "wcc"))


class Dev:
    """One run of it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.folder = folder
        self.output = folder.parent / "output"
        self.started = time.monotonic()
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [BINARY, "dev", "--port", str(port), "--data", str(folder)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={name: value for name, value in os.environ.items() if not name.startswith(("PG", "DATABASE_"))},
            )

    def wait_until_ready(self, limit: float = 60) -> float:
        end = time.monotonic() + limit
        while time.monotonic() < end:
            assert self.process.poll() is None, self.said()
            if f"http://localhost:{self.port}" in self.said() and self.answers():
                return time.monotonic() - self.started
            time.sleep(0.01)
        raise AssertionError(f"not ready in {limit} s: {self.said()}")

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def end(self, number: signal.Signals, limit: float = 20) -> int:
        self.process.send_signal(number)
        return self.process.wait(limit)


def processes_in(folder: Path) -> list[int]:
    """Every process that works below the folder, as those of PostgreSQL do."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.readlink(entry / "cwd").startswith(f"{folder}/"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def assert_nothing_runs(folder: Path, limit: float = 30) -> None:
    end = time.monotonic() + limit
    # Looked at again for a moment: what initdb had just started is not in the folder yet.
    empty = 0
    while empty < 10 and time.monotonic() < end:
        found = processes_in(folder)
        empty = 0 if found else empty + 1
        time.sleep(0.02)
    assert empty == 10, found


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not below pytest's, whose names leave no room for a socket's: its whole path has to fit into 107 bytes.
    with tempfile.TemporaryDirectory(prefix="dev-") as parent:
        # As root, PostgreSQL is another user, who has to get through.
        os.chmod(parent, 0o711)
        yield Path(parent, "dev")
        assert_nothing_runs(Path(parent, "dev"))


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(folder: Path, port: int) -> Iterator[Dev]:
    dev = Dev(folder, port)
    try:
        yield dev
    finally:
        if dev.process.poll() is None:
            dev.end(signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_is_stopped_cleanly_and_starts_again_within_two_seconds(folder: Path, port: int, number: signal.Signals):
    with running(folder, port) as dev:
        dev.wait_until_ready()
        assert dev.end(number) == 0, dev.said()
    assert processes_in(folder) == []
    assert not (folder / "cluster" / "postmaster.pid").exists()
    with running(folder, port) as dev:
        assert dev.wait_until_ready() <= 2
        assert dev.end(number) == 0


def test_killed_it_takes_its_database_along_and_starts_again(folder: Path, port: int):
    with running(folder, port) as dev:
        dev.wait_until_ready()
        assert processes_in(folder)
        dev.end(signal.SIGKILL)
        assert_nothing_runs(folder)
    with running(folder, port) as dev:
        assert dev.wait_until_ready() <= 2
        dev.end(signal.SIGINT)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_ended_while_it_sets_up_it_starts_anew(folder: Path, port: int, number: signal.Signals):
    for delay in (0.05, 0.2, 0.5, 0.9, 1.4, 2.0):
        with running(folder, port) as dev:
            time.sleep(delay)
            dev.end(number)
            assert_nothing_runs(folder)
    with running(folder, port) as dev:
        dev.wait_until_ready()
        dev.end(signal.SIGINT)


def test_a_database_that_is_killed_comes_back(folder: Path, port: int):
    with running(folder, port) as dev:
        dev.wait_until_ready()
        postmaster = int((folder / "cluster" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            pid_file = folder / "cluster" / "postmaster.pid"
            if pid_file.exists() and (lines := pid_file.read_text().split()) and int(lines[0]) != postmaster:
                break
            time.sleep(0.05)
        else:
            raise AssertionError(dev.said())
        assert dev.answers()
        assert dev.end(signal.SIGINT) == 0


@pytest.mark.skipif(os.getuid() != 0, reason="only root hands its database to another user")
def test_where_only_root_may_go_it_works_or_says_why_not(folder: Path, port: int):
    folder.parent.chmod(0o700)
    with running(folder, port) as dev:
        dev.wait_until_ready()
        assert dev.end(signal.SIGINT) == 0
    refused = subprocess.run(
        ["setpriv", "--bounding-set", "-dac_read_search"]
        + [BINARY, "dev", "--port", str(port), "--data", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert refused.returncode != 0
    assert f"the user `postgres` cannot reach {folder}" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_twice_at_once_is_refused_in_a_sentence(folder: Path, port: int):
    with running(folder, port) as first:
        first.wait_until_ready()
        again = subprocess.run(
            [BINARY, "dev", "--port", str(port), "--data", str(folder)], cwd=ROOT, capture_output=True, text=True
        )
        assert again.returncode != 0
        assert f"already running in {folder} as process {first.process.pid}" in again.stderr
        elsewhere = subprocess.run(
            [BINARY, "dev", "--port", str(port), "--data", str(folder.parent / "other")],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert elsewhere.returncode != 0
        assert f"Port {port} is taken" in elsewhere.stderr
        assert elsewhere.stderr.count("\n") == 1
        first.end(signal.SIGINT)
