"""The product from outside: its binary, running, and the PostgreSQL behind `wcc dev`."""

import base64
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = os.environ.get("WCC_BINARY", str(ROOT / ".build" / "debug" / "wcc"))
PASSWORD = "fernhill demonstration"
# Of this run: it seals nothing that anybody keeps.
KEY = base64.b64encode(os.urandom(32)).decode()
# With event streams open, which every page in a browser has.
LONGEST_END = 5
# The repository may have a `.env` of whoever works in it.
NEUTRAL = Path("/")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# Tests ask for more in a second than anybody does in an hour.
LIMITS = ("ADDRESS", "READ", "WRITE", "SEARCH", "EXPORT", "STREAM", "ORGANISATION", "SIGN_IN_NETWORK")


def environment(**more: str) -> dict[str, str]:
    """Nothing of whoever runs the tests: their settings are not part of a test."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    limits = {f"LIMITS_{name}": "1000000/1s" for name in LIMITS}
    return kept | limits | {"ASSETS_PATH": str(ROOT / "Assets"), "KEYS_ACTIVE": KEY, "SWIFT_BACKTRACE": "enable=no"} | more


@dataclass
class Server:
    """A running `wcc`, which listens on this machine only."""

    process: subprocess.Popen
    port: int
    output: Path

    @property
    def base_url(self) -> str:
        return f"http://localhost:{self.port}"

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def answers(self, path: str = "/health/readiness") -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
                return response.status == 200
        except OSError:
            return False

    def wait_until_ready(self, limit: float = 60) -> None:
        end = time.monotonic() + limit
        while not self.answers():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, f"not ready in {limit} s: {self.said()}"
            time.sleep(0.02)

    def end(self) -> None:
        """As an operator does, and with what an operator may expect."""
        assert self.process.poll() is None, f"it ended by itself: {self.said()}"
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"SIGTERM did not end it within 30 s: {self.said()}") from None
        assert code == 0, f"exit code {code}: {self.said()}"
        assert time.monotonic() - started <= LONGEST_END


@contextmanager
def running(*arguments: str, port: int, output: Path, **settings: str) -> Iterator[Server]:
    """`wcc` with these arguments and settings until the block ends; whoever killed it meanwhile gets no complaint."""
    with output.open("ab") as stream:
        process = subprocess.Popen(
            [BINARY, *arguments],
            cwd=NEUTRAL,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=environment(**settings),
        )
    server = Server(process, port, output)
    try:
        server.wait_until_ready()
        yield server
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode is None:
        server.end()


def run(*arguments: str, **settings: str) -> str:
    """What a command of `wcc` prints that ends by itself."""
    done = subprocess.run(
        [BINARY, *arguments], cwd=NEUTRAL, env=environment(**settings), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass
class Development:
    """`wcc dev`: the server, and the private PostgreSQL behind it."""

    server: Server
    folder: Path

    @property
    def base_url(self) -> str:
        return self.server.base_url

    def conninfo(self, database: str, user: str) -> str:
        return f"host={self.folder}/socket port=5432 dbname={database} user={user}"

    def sql(self, text: str, database: str = "wcc") -> str:
        """What a superuser reads or changes behind the product's back, unaligned and without headings."""
        done = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", text]
            + [self.conninfo(database, "wcc_admin")],
            env=environment(),
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def make_database(self, name: str) -> None:
        """One more, migrated and empty."""
        self.sql(f"CREATE DATABASE {name} OWNER wcc_owner", "postgres")
        run("migrate", DATABASE_URL=self.conninfo(name, "wcc_migrate"))
