"""The load of benchmark (a): some people of a room send at full speed, the others listen; whatever the server is."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

LISTENERS, SENDERS = 50, 8
PASSWORD = "a password for the benchmark"
WORDS = "She has had her lunch and a cup of tea."
# Who sent it, which of theirs it is, and when: what arrives says by itself whether one was lost, and how late it is.
TEXT = WORDS + " #{}.{}.{}#"
MARK = re.compile(r"#(\d+)\.(\d+)\.(\d+)#")

Send = Callable[[str], Awaitable[None]]


class Lacking(Exception):
    """Why a counterpart cannot be measured."""


@dataclass
class Listener:
    """Somebody who is connected, and what has reached them."""

    last: dict[str, int] = field(default_factory=dict)
    delays: list[int] = field(default_factory=list)

    def read(self, text: str) -> None:
        now = time.monotonic_ns()
        for sender, number, sent in MARK.findall(text):
            # What comes twice counts once.
            if int(number) > self.last.get(sender, 0):
                self.last[sender] = int(number)
                self.delays.append(now - int(sent))

    def forget(self) -> None:
        self.last, self.delays = {}, []


@dataclass
class Outcome:
    answered: list[int]
    delivered: list[int]
    seconds: float

    @property
    def messages(self) -> int:
        return len(self.answered)


async def load(listeners: list[Listener], senders: list[Send], seconds: float) -> Outcome:
    """Each sends one message after another, the next when the one before is answered."""
    for listener in listeners:
        listener.forget()
    began = time.monotonic()
    answered: list[int] = []

    async def keep_sending(name: int, send: Send) -> None:
        number = 0
        while time.monotonic() < began + seconds:
            number += 1
            start = time.monotonic_ns()
            await asyncio.wait_for(send(TEXT.format(name, number, start)), 60)
            answered.append(time.monotonic_ns() - start)

    await asyncio.gather(*(keep_sending(name, send) for name, send in enumerate(senders)))
    took = time.monotonic() - began
    patience = time.monotonic() + 10
    while any(len(each.delays) < len(answered) for each in listeners) and time.monotonic() < patience:
        await asyncio.sleep(0.01)
    return Outcome(answered, [delay for each in listeners for delay in each.delays], took)
