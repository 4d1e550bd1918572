"""Prosody as a room in which people send and listen."""

import asyncio
import base64
import os
import shutil
import subprocess
from pathlib import Path

from room_load import LISTENERS, PASSWORD, SENDERS, WORDS, Lacking, Listener, Send


class Client(asyncio.Protocol):
    """A stream of XMPP; whoever waits for something to be said in it is woken when it is there."""

    def __init__(self, listener: Listener | None = None) -> None:
        self.listener = listener
        self.rest = ""
        self.awaited: tuple[str, asyncio.Future] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if self.awaited and not self.awaited[1].done():
            self.awaited[1].set_exception(ConnectionError("Prosody closed the stream"))

    def data_received(self, data: bytes) -> None:
        # All that is sent here is ASCII.
        text = self.rest + data.decode("latin-1")
        self.rest = text[text.rfind(">") + 1 :]
        if self.listener:
            self.listener.read(text)
        if self.awaited and self.awaited[0] in text and not self.awaited[1].done():
            self.awaited[1].set_result(None)

    async def say(self, text: str, until: str) -> None:
        self.awaited = (until, asyncio.get_running_loop().create_future())
        self.transport.write(text.encode())
        await self.awaited[1]
        self.awaited = None


class Prosody:
    """A room whose messages are archived before they are passed on, in files or in the benchmark's PostgreSQL."""

    def __init__(self, folder: Path, port: int, cluster: object, database: bool) -> None:
        self.folder, self.port, self.cluster, self.database = folder, port, cluster, database
        self.name = f"Prosody, {'PostgreSQL' if database else 'files'}"

    def start(self, log: int) -> subprocess.Popen:
        if not shutil.which("prosody"):
            raise Lacking("not installed: tools/install-counterparts")
        if self.database:
            self.cluster.sql("CREATE DATABASE prosody")
        accounts = self.folder / "localhost" / "accounts"
        accounts.mkdir(parents=True)
        for number in range(LISTENERS + SENDERS):
            (accounts / f"person{number}.dat").write_text(f'return {{ ["password"] = "{PASSWORD}" }};\n')
        (self.folder / "prosody.cfg.lua").write_text(self._configuration())
        user = ["--reuid", "prosody", "--regid", "prosody", "--init-groups"] if os.getuid() == 0 else []
        if user:
            # It refuses to be root.
            subprocess.run(["chown", "-R", "prosody:prosody", str(self.folder)], check=True)
        return subprocess.Popen(
            ["setpriv", *user, "--pdeathsig", "TERM", "--",
             "prosody", "-F", "--config", str(self.folder / "prosody.cfg.lua")],
            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )

    def _configuration(self) -> str:
        sql = f"""
            storage = {{ muc_log = "sql" }}
            sql = {{ driver = "PostgreSQL", database = "prosody", username = "postgres", password = "",
                host = "127.0.0.1", port = {self.cluster.port} }}
        """
        return f"""
            data_path = "{self.folder}"
            pidfile = "{self.folder}/prosody.pid"
            interfaces = {{ "127.0.0.1" }}
            c2s_ports = {{ {self.port} }}
            modules_enabled = {{ "saslauth", "roster", "disco" }}
            modules_disabled = {{ "s2s" }}
            c2s_require_encryption = false
            allow_unencrypted_plain_auth = true
            authentication = "internal_plain"
            log = {{ {{ levels = {{ min = "error" }}, to = "console" }} }}
            storage_archive_item_limit = 100000000
            {sql if self.database else ""}
            VirtualHost "localhost"
            Component "rooms.localhost" "muc"
                modules_enabled = {{ "muc_mam" }}
                muc_log_by_default = true
                muc_room_locking = false
        """

    def stored(self) -> int:
        if self.database:
            return int(self.cluster.sql("SELECT count(*) FROM prosodyarchive WHERE value LIKE '%<body>%'", "prosody"))
        archive = self.folder / "rooms%2elocalhost" / "muc_log" / "lounge.list"
        return archive.read_text().count(WORDS) if archive.exists() else 0

    async def ready(self) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.close()

    async def gather(self) -> tuple[list[Listener], list[Send], list[asyncio.Task]]:
        listeners = [Listener() for _ in range(LISTENERS)]
        clients = [await self._join(number, listeners[number] if number < LISTENERS else None)
                   for number in range(LISTENERS + SENDERS)]
        return listeners, [self._sender(client) for client in clients[LISTENERS:]], []

    async def _join(self, number: int, listener: Listener | None) -> Client:
        _, client = await asyncio.get_running_loop().create_connection(
            lambda: Client(listener), "127.0.0.1", self.port
        )
        stream = ("<stream:stream to='localhost' version='1.0' xmlns='jabber:client'"
                  " xmlns:stream='http://etherx.jabber.org/streams'>")
        proof = base64.b64encode(f"\0person{number}\0{PASSWORD}".encode()).decode()
        await client.say(f"<?xml version='1.0'?>{stream}", "</stream:features>")
        await client.say(
            f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{proof}</auth>", "<success"
        )
        await client.say(stream, "</stream:features>")
        await client.say("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "</iq>")
        await client.say(
            f"<presence to='lounge@rooms.localhost/person{number}'><x xmlns='http://jabber.org/protocol/muc'>"
            "<history maxstanzas='0'/></x></presence>", "<subject"
        )
        return client

    @staticmethod
    def _sender(client: Client) -> Send:
        async def send(text: str) -> None:
            await client.say(
                f"<message to='lounge@rooms.localhost' type='groupchat'><body>{text}</body></message>",
                f"#{text.split('#')[1]}#",
            )

        return send
