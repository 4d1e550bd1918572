"""`wcc serve` on a PostgreSQL of the tests' own, with people who are signed in already."""

import hashlib
import http.client
import json
import os
import re
import secrets
import signal
import subprocess
import threading
import time
import urllib.parse
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from product import NEUTRAL, ROOT, Server, environment, free_port, run, running

# In everything that anybody typed, so that it is found wherever it should not be.
MARK = "Zqcanary"
PASSWORD = f"{MARK} teapot gravel moth"
ROLES = """
    CREATE ROLE wcc_owner NOLOGIN; CREATE ROLE wcc_migrate LOGIN; CREATE ROLE wcc_app LOGIN;
    CREATE ROLE wcc_system NOLOGIN BYPASSRLS;
    GRANT wcc_owner TO wcc_migrate; GRANT wcc_system TO wcc_owner;
"""


class Cluster:
    """A PostgreSQL that may be stopped, frozen and killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        with (self.folder.parent / "cluster.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(ROOT / "tools" / "test-cluster"), "run", str(self.port), str(self.folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment(),
            )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.ask("SELECT 1").returncode == 0:
                return
            assert self.process.poll() is None, "PostgreSQL does not start"
            time.sleep(0.05)
        raise AssertionError("PostgreSQL does not answer")

    def processes(self) -> list[int]:
        """The server, and everything it has started."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def signal(self, number: signal.Signals) -> None:
        for process in self.processes():
            try:
                os.kill(process, number)
            except ProcessLookupError:
                continue

    def kill_one(self, process: int) -> None:
        assert process in self.processes()
        os.kill(process, signal.SIGKILL)

    def wait(self) -> None:
        assert self.process is not None
        self.process.wait(30)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.wait()

    def conninfo(self, database: str, user: str = "postgres") -> str:
        return f"host=127.0.0.1 port={self.port} dbname={database} user={user}"

    def ask(self, text: str, database: str = "postgres") -> subprocess.CompletedProcess:
        return subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", self.conninfo(database)],
            input=text,
            env=environment(PGCONNECT_TIMEOUT="5"),
            capture_output=True,
            text=True,
            timeout=60,
        )

    def sql(self, text: str, database: str = "postgres") -> str:
        done = self.ask(text, database)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


class Redis:
    """A Redis that may be killed and emptied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(
                ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
                cwd=NEUTRAL,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment(),
            )
        end = time.monotonic() + 60
        while self.ask("PING") != "PONG":
            assert self.process.poll() is None and time.monotonic() < end, "Redis does not start"
            time.sleep(0.02)

    def ask(self, *words: str) -> str:
        command = ["redis-cli", "-p", str(self.port), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=30).stdout.strip()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(30)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"


@dataclass(frozen=True)
class Person:
    """Somebody with an account, and the cookie of a sign-in that has begun."""

    id: str
    username: str
    secret: str

    @property
    def cookie(self) -> str:
        return f"__Host-wcc={self.secret}"


@dataclass
class Reply:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def json(self) -> dict:
        return json.loads(self.text)

    def is_problem(self, status: int) -> bool:
        return (
            self.status == status
            and self.headers["Content-Type"] == "application/problem+json"
            and self.json["status"] == status
            and bool(self.headers["X-Request-Id"])
        )


def call(
    port: int,
    method: str,
    path: str,
    body: object = None,
    by: Person | None = None,
    key: str | None = None,
    timeout: float = 30,
    **headers: str,
) -> Reply:
    """One request of a program, on a connection of its own."""
    sent = {"Sec-Fetch-Site": "same-origin"} if method != "GET" else {}
    if by:
        sent["Cookie"] = by.cookie
    if key:
        sent["Idempotency-Key"] = key
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    if content is not None:
        sent["Content-Type"] = "application/json"
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, content, {name: value for name, value in sent.items() if value})
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read().decode())
    finally:
        connection.close()


@dataclass
class Installation:
    """A database with one organisation in it, and whoever serves it."""

    cluster: Cluster
    database: str
    folder: Path
    people: list[Person]
    stranger: Person
    port: int = field(default_factory=free_port)

    def sql(self, text: str) -> str:
        return self.cluster.sql(text, self.database)

    @property
    def output(self) -> Path:
        return self.folder / f"{self.database}.log"

    @contextmanager
    def serving(self, **settings: str) -> Iterator[Server]:
        """The server, until the block ends; what it has logged by then has to be fit for anybody's eyes."""
        with running(
            "serve",
            port=self.port,
            output=self.output,
            DATABASE_URL=self.cluster.conninfo(self.database, "wcc_app"),
            HTTP_PORT=str(self.port),
            OPERATIONS_ENABLED="false",
            WEB_ORIGIN=f"http://localhost:{self.port}",
            **settings,
        ) as server:
            yield server
        check_logs(self.output, [person.secret for person in [*self.people, self.stranger]])

    def call(self, method: str, path: str, body: object = None, **more: object) -> Reply:
        return call(self.port, method, path, body, **more)

    def conversation(self, *members: Person) -> str:
        first, *others = members
        opening = {"kind": "group", "subject": f"{MARK} subject", "members": [person.id for person in others]}
        reply = self.call("POST", "/api/v1/messages/conversations", opening, by=first)
        assert reply.status == 201, reply.text
        return reply.json["id"]

    def bodies(self, conversation: str) -> list[str]:
        """What has been said, in order; that the numbers have no gap is checked on the way."""
        found = json.loads(
            self.sql(
                f"""SELECT coalesce(json_agg(json_build_array(seq, body) ORDER BY seq), '[]')
                FROM messages.message WHERE conversation_id = '{conversation}'"""
            )
        )
        assert [seq for seq, _ in found] == list(range(1, len(found) + 1))
        return [body for _, body in found]

    def written(self) -> str:
        """A number for everything that a request could have written."""
        return self.sql(
            """SELECT (SELECT count(*) FROM messages.message), (SELECT count(*) FROM messages.conversation),
            (SELECT count(*) FROM messages.member), (SELECT count(*) FROM people.person),
            (SELECT count(*) FROM web.idempotency), (SELECT count(*) FROM accounts.account),
            (SELECT count(*) FROM audit.entry WHERE kind IN ('create', 'update', 'share'))"""
        )


def check_logs(output: Path, cookies: list[str]) -> None:
    """Every line is JSON, and none of them says who, what was said, or how to be somebody else."""
    text = output.read_text()
    assert MARK.lower() not in text.lower()
    for secret in cookies:
        assert secret not in text
    lines = text.splitlines()
    assert lines
    for line in lines:
        assert isinstance(json.loads(line), dict), line


# How it begins


def found(cluster: Cluster, folder: Path, staff: int) -> tuple[str, list[Person], Person]:
    """Sets an organisation up as somebody would, then makes more people of it than anybody would want to type."""
    cluster.sql(ROLES)
    cluster.sql("CREATE DATABASE seed OWNER wcc_owner")
    run("migrate", DATABASE_URL=cluster.conninfo("seed", "wcc_migrate"))
    port = free_port()
    settings = {
        "DATABASE_URL": cluster.conninfo("seed", "wcc_app"),
        "HTTP_PORT": str(port),
        "WEB_ORIGIN": f"http://localhost:{port}",
    }
    said = run("setup", "--organisation", f"{MARK} Care", **settings)
    invitation = re.search(r"^ {2}(\S{20,})$", said, re.MULTILINE)
    assert invitation, said
    output = folder / "seed.log"
    with running("serve", port=port, output=output, OPERATIONS_ENABLED="false", **settings):
        set_up(port, invitation.group(1))
    check_logs(output, [invitation.group(1)])
    people, stranger = employ(cluster, staff)
    return "seed", people, stranger


def set_up(port: int, secret: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/setup", headers={"Accept": "text/html"})
    page = connection.getresponse()
    text, cookie = page.read().decode(), page.headers["Set-Cookie"].split(";")[0]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))
    form = hidden | {
        "secret": secret,
        "home": f"{MARK} House",
        "name": f"{MARK} First",
        "username": "first",
        "email": f"first@{MARK.lower()}.example",
        "password": PASSWORD,
    }
    connection.request(
        "POST",
        "/setup",
        urllib.parse.urlencode(form),
        {
            "Accept": "text/html",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": cookie,
            "Origin": f"http://localhost:{port}",
        },
    )
    reply = connection.getresponse()
    assert (reply.status, reply.headers["Location"]) == (303, "/sign-in"), reply.read().decode()
    connection.close()


def employ(cluster: Cluster, count: int) -> tuple[list[Person], Person]:
    """As many nurses, signed in, and one of another organisation; their password is the first administrator's."""
    people = [Person(str(uuid.uuid4()), f"nurse{number}", secrets.token_urlsafe(32)) for number in range(count)]
    stranger = Person(str(uuid.uuid4()), "stranger", secrets.token_urlsafe(32))
    organisation, home = cluster.sql("SELECT tenant_id, id FROM accounts.home", "seed").split("|")
    other, other_home = str(uuid.uuid4()), str(uuid.uuid4())
    statements = [
        f"INSERT INTO accounts.organisation VALUES ('{other}', '{other}', '{MARK} Other', now());",
        "INSERT INTO accounts.home (tenant_id, id, name, tint, time_zone, position) "
        f"VALUES ('{other}', '{other_home}', '{MARK} Elsewhere', 'harbour', 'Europe/London', 1);",
    ]
    for person in [*people, stranger]:
        tenant, place = (other, other_home) if person is stranger else (organisation, home)
        statements.append(sign_in_statement(person, tenant, place))
    statements.append(resident_statement(organisation, home, people[0]))
    cluster.sql("BEGIN;" + "\n".join(statements) + "COMMIT;", "seed")
    return people, stranger


def sign_in_statement(person: Person, tenant: str, home: str) -> str:
    account = uuid.uuid4()
    digest = hashlib.sha256(person.secret.encode()).hexdigest()
    return f"""
        INSERT INTO people.person (tenant_id, id, full_name, preferred_name)
            VALUES ('{tenant}', '{person.id}', '{MARK} {person.username}', '{MARK}');
        INSERT INTO people.staff (tenant_id, person_id, home_id, job_title)
            VALUES ('{tenant}', '{person.id}', '{home}', 'Nurse');
        INSERT INTO accounts.account (tenant_id, id, person_id, username, password_hash, created_at)
            SELECT '{tenant}', '{account}', '{person.id}', '{person.username}', password_hash, now()
            FROM accounts.account WHERE username = 'first';
        INSERT INTO accounts.role_grant (tenant_id, id, account_id, role, scope_kind, home_id, valid_from)
            VALUES ('{tenant}', gen_random_uuid(), '{account}', 'registered_nurse', 'home', '{home}', now());
        INSERT INTO accounts.sign_in (tenant_id, id, account_id, secret_hash, created_at, last_act_at, idle_until,
                absolute_until, address_prefix)
            VALUES ('{tenant}', gen_random_uuid(), '{account}', '\\x{digest}', now(), now(), now() + interval '1 hour',
                now() + interval '12 hours', '127.0.0.1');"""


def resident_statement(tenant: str, home: str, key_worker: Person) -> str:
    resident = uuid.uuid4()
    return f"""
        INSERT INTO people.person (tenant_id, id, full_name, preferred_name, date_of_birth)
            VALUES ('{tenant}', '{resident}', '{MARK} Edith Marlow', '{MARK}', '1938-05-09');
        INSERT INTO people.resident (tenant_id, person_id, home_id, room, moved_in_on, key_worker_id)
            VALUES ('{tenant}', '{resident}', '{home}', '{MARK}', '2026-02-02', '{key_worker.id}');
        INSERT INTO people.care_team (tenant_id, resident_id, person_id)
            VALUES ('{tenant}', '{resident}', '{key_worker.id}');"""


class Clients:
    """Several people who send messages all the time, and try again with the same key until they are answered."""

    def __init__(self, home: Installation, conversation: str, people: list[Person]) -> None:
        self.home = home
        self.conversation = conversation
        # The body of every message that was answered 201, with its key and the id it was given.
        self.acknowledged: dict[str, tuple[str, str, Person]] = {}
        self.faults: list[str] = []
        self.tried_again = 0
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(person,), daemon=True) for person in people]

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Nobody begins another message; whoever waits for an answer gets it first."""
        self._ending.set()
        for thread in self._threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in self._threads)

    def wait_for(self, count: int) -> None:
        end = time.monotonic() + 60
        while len(self.acknowledged) < count:
            assert time.monotonic() < end, f"{len(self.acknowledged)} messages in 60 s; {self.faults[:3]}"
            time.sleep(0.01)

    def _send(self, person: Person) -> None:
        while not self._ending.is_set():
            body, key = f"{MARK} {uuid.uuid4()}", str(uuid.uuid4())
            if reply := self._until_answered(body, key, person):
                with self._lock:
                    self.acknowledged[body] = (key, reply.json["id"], person)

    def _until_answered(self, body: str, key: str, person: Person) -> Reply | None:
        path = f"/api/v1/messages/conversations/{self.conversation}/messages"
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                reply = self.home.call("POST", path, {"body": body, "urgency": "routine"}, by=person, key=key)
            except (OSError, http.client.HTTPException):
                reply = None
            if reply and reply.status == 201:
                return reply
            with self._lock:
                self.tried_again += 1
                if reply and reply.status not in (409, 503):
                    self.faults.append(f"{reply.status}: {reply.text}")
            time.sleep(0.02)
        with self._lock:
            self.faults.append("no answer in 60 s")
        return None
