"""Matrix Synapse as a room in which people send and listen."""

import asyncio
import hashlib
import hmac
import json
import re
import subprocess
import time
import urllib.parse
from pathlib import Path

from room_load import LISTENERS, PASSWORD, SENDERS, Lacking, Listener, Send

PYTHON = Path(__file__).resolve().parent.parent / ".local" / "bench" / "synapse" / "bin" / "python"


class Connection:
    """One connection of HTTP/1.1 that stays open, for one request at a time."""

    def __init__(self, port: int, token: str = "") -> None:
        self.port = port
        self.token = token
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(self, method: str, path: str, body: object = None) -> dict:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port, limit=2**24)
        reader, writer = self.streams
        content = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(content)}"]
        lines += [f"Authorization: Bearer {self.token}"] if self.token else []
        writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        answer = await self._content(reader, head.lower())
        if int(head.split(" ", 2)[1]) != 200:
            raise RuntimeError(f"{method} {path.split('?')[0]}: {head.splitlines()[0]} {answer[:200]!r}")
        return json.loads(answer)

    @staticmethod
    async def _content(reader: asyncio.StreamReader, head: str) -> bytes:
        if length := re.search(r"\r\ncontent-length: *(\d+)", head):
            return await reader.readexactly(int(length.group(1)))
        content = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            content += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
        return content


class Synapse:
    """One process, as it is when nothing else is configured, on the benchmark's PostgreSQL."""

    name = "Synapse, PostgreSQL"

    def __init__(self, folder: Path, port: int, cluster: object) -> None:
        self.folder, self.port, self.cluster = folder, port, cluster

    def start(self, log: int) -> subprocess.Popen:
        if not PYTHON.exists():
            raise Lacking("not installed: tools/install-counterparts")
        # Synapse refuses any collation but this one.
        self.cluster.sql("CREATE DATABASE synapse LOCALE 'C' ENCODING 'UTF8' TEMPLATE template0")
        (self.folder / "homeserver.yaml").write_text(json.dumps(self._configuration()))
        (self.folder / "log.yaml").write_text(json.dumps({
            "version": 1, "handlers": {"console": {"class": "logging.StreamHandler"}},
            "root": {"level": "ERROR", "handlers": ["console"]},
        }))
        command = [str(PYTHON), "-m", "synapse.app.homeserver", "-c", str(self.folder / "homeserver.yaml")]
        subprocess.run([*command, "--generate-keys"], cwd=self.folder, stdout=log, stderr=log, check=True, timeout=120)
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", *command],
            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )

    def _configuration(self) -> dict:
        unlimited = {"per_second": 1_000_000, "burst_count": 1_000_000}
        return {
            "server_name": "bench.invalid",
            "listeners": [{
                "port": self.port, "type": "http", "tls": False, "bind_addresses": ["127.0.0.1"],
                "resources": [{"names": ["client"], "compress": False}],
            }],
            "database": {"name": "psycopg2", "args": {
                "user": "postgres", "dbname": "synapse", "host": "127.0.0.1", "port": self.cluster.port,
                "cp_min": 5, "cp_max": 10,
            }},
            "rc_message": unlimited, "rc_registration": unlimited, "rc_joins_per_room": unlimited,
            "rc_joins": {"local": unlimited, "remote": unlimited}, "rc_room_creation": unlimited,
            "filter_timeline_limit": 5000, "presence": {"enabled": False}, "bcrypt_rounds": 4,
            "background_updates": {"sleep_enabled": False},
            "registration_shared_secret": PASSWORD, "macaroon_secret_key": PASSWORD, "form_secret": PASSWORD,
            "signing_key_path": str(self.folder / "signing.key"), "media_store_path": str(self.folder / "media"),
            "pid_file": str(self.folder / "pid"), "log_config": str(self.folder / "log.yaml"),
            "trusted_key_servers": [], "report_stats": False,
        }

    def stored(self) -> int:
        return int(self.cluster.sql("SELECT count(*) FROM events WHERE type = 'm.room.message'", "synapse"))

    async def ready(self) -> None:
        await Connection(self.port).call("GET", "/_matrix/client/versions")

    async def gather(self) -> tuple[list[Listener], list[Send], list[asyncio.Task]]:
        people = [await self._register(f"person{number}") for number in range(LISTENERS + SENDERS)]
        opened = await people[0].call("POST", "/_matrix/client/v3/createRoom", {"preset": "public_chat"})
        room = urllib.parse.quote(opened["room_id"])
        for person in people[1:]:
            await person.call("POST", f"/_matrix/client/v3/rooms/{room}/join", {})
        listeners = [Listener() for _ in range(LISTENERS)]
        tasks = []
        for person, listener in zip(people, listeners, strict=False):
            begin = await self._sync(person)
            tasks.append(asyncio.create_task(self._listen(person, listener, begin, opened["room_id"])))
        await self._settle()
        return listeners, [self._sender(person, room) for person in people[LISTENERS:]], tasks

    async def _settle(self) -> None:
        """What a new database is still given in the background is not part of sending."""
        patience = time.monotonic() + 60
        while int(self.cluster.sql("SELECT count(*) FROM background_updates", "synapse")):
            if time.monotonic() > patience:
                raise Lacking("its database is still being prepared after a minute")
            await asyncio.sleep(0.5)

    async def _register(self, name: str) -> Connection:
        person = Connection(self.port)
        path = "/_synapse/admin/v1/register"
        nonce = (await person.call("GET", path))["nonce"]
        proof = hmac.new(PASSWORD.encode(), "\0".join([nonce, name, PASSWORD, "notadmin"]).encode(), hashlib.sha1)
        form = {"nonce": nonce, "username": name, "password": PASSWORD, "admin": False, "mac": proof.hexdigest()}
        person.token = (await person.call("POST", path, form))["access_token"]
        return person

    @staticmethod
    async def _sync(person: Connection) -> tuple[str, str]:
        """Where somebody asks for what is new, and since when."""
        nothing = {"not_types": ["*"]}
        wanted = {"room": {"timeline": {"limit": 5000}, "ephemeral": nothing}, "presence": nothing}
        me = urllib.parse.quote((await person.call("GET", "/_matrix/client/v3/account/whoami"))["user_id"])
        # Deposited, as programs do: one that comes with every request would be checked with every request.
        chosen = (await person.call("POST", f"/_matrix/client/v3/user/{me}/filter", wanted))["filter_id"]
        path = f"/_matrix/client/v3/sync?filter={chosen}"
        return f"{path}&timeout=30000&since=", (await person.call("GET", path))["next_batch"]

    async def _listen(self, person: Connection, listener: Listener, begin: tuple[str, str], room: str) -> None:
        path, since = begin
        while True:
            said = await person.call("GET", path + since)
            since = said["next_batch"]
            for event in said.get("rooms", {}).get("join", {}).get(room, {}).get("timeline", {}).get("events", []):
                if event["type"] == "m.room.message":
                    listener.read(event["content"]["body"])

    @staticmethod
    def _sender(person: Connection, room: str) -> Send:
        async def send(text: str) -> None:
            transaction = text.split("#")[1]
            path = f"/_matrix/client/v3/rooms/{room}/send/m.room.message/{transaction}"
            await person.call("PUT", path, {"msgtype": "m.text", "body": text})

        return send
