"""What the exchange itself says, read beside the dialer: when calls were answered and joined, and bare originates."""

import asyncio
import itertools
import re
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from base.settings import Settings

USER = "bench"
Message = dict[str, str]
_CALL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def let_in(manager_conf: Path, secret: str) -> None:
    """A second manager account, which hears of answers and joins too."""
    wanted = ("Event: (BridgeCreate|BridgeEnter|OriginateResponse|UserEvent)", "ChannelStateDesc: Up")
    filters = "".join(f"eventfilter = {pattern}\n" for pattern in wanted)
    with manager_conf.open("a") as file:
        file.write(f"\n[{USER}]\nsecret = {secret}\nread = call,user\nwrite = call,originate\n{filters}")


class Ear:
    """A manager session of our own, in the exchange's own times."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._numbers = itertools.count(1)
        self._bridges: dict[str, set[str]] = {}
        self._made: dict[str, float] = {}
        self._over: dict[str, asyncio.Event] = {}
        self.answered: dict[str, float] = {}
        """Exchange's seconds at which the debtor's leg was up, by call."""
        self.told: dict[str, float] = {}
        """Exchange's seconds at which the dialer was told of the answer, by call."""
        self.asked: dict[str, float] = {}
        """Exchange's seconds at which it began to join the call, by call."""
        self.joined: dict[str, float] = {}
        """Exchange's seconds at which the second of agent and debtor entered their bridge, by call."""
        self.refused = 0
        self._task: asyncio.Task[None] | None = None

    def act(self, **headers: str) -> None:
        lines = [f"{name}: {value}" for name, value in {"ActionID": str(next(self._numbers)), **headers}.items()]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def listen(self) -> None:
        self._task = asyncio.create_task(self._read())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    async def originates_per_s(self, trunk: str, *, seconds: float, at_once: int) -> float:
        """Calls that began and ended, per second, with `at_once` of them always under way."""
        done = 0
        end = time.perf_counter() + seconds

        async def one_after_the_other() -> None:
            nonlocal done
            while time.perf_counter() < end:
                call = str(uuid.uuid4())
                over = self._over[call] = asyncio.Event()
                self.act(
                    Action="Originate",
                    ActionID=f"bare-{call}",
                    ChannelId=call,
                    Channel=f"PJSIP/+5511900000000@trunk-{trunk}",
                    Context="alo-dialled",
                    Exten="s",
                    Priority="1",
                    CallerID="<+551140000000>",
                    Timeout="25000",
                    Async="true",
                )
                async with asyncio.timeout(10):
                    await over.wait()
                done += time.perf_counter() < end

        began = time.perf_counter()
        await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
        return done / min(seconds, time.perf_counter() - began)

    async def _read(self) -> None:
        while True:
            text = (await self._reader.readuntil(b"\r\n\r\n")).decode()
            self._hear(dict(line.split(": ", 1) for line in text.splitlines() if ": " in line))

    def _hear(self, message: Message) -> None:
        call = message.get("Uniqueid", "")
        match message.get("Event"):
            case "Newstate" if _CALL.fullmatch(call):
                self.answered.setdefault(call, float(message["Timestamp"]))
            case "UserEvent" if message.get("UserEvent") == "AloAnswered":
                self.told.setdefault(message["CallId"], float(message["Timestamp"]))
            case "BridgeCreate":
                self._made[message["BridgeUniqueid"]] = float(message["Timestamp"])
            case "BridgeEnter" if message.get("BridgeTechnology") != "holding_bridge":
                inside = self._bridges.setdefault(message["BridgeUniqueid"], set())
                inside.add(call)
                if len(inside) == 2:
                    debtor = next((c for c in inside if _CALL.fullmatch(c)), None)
                    if debtor is not None:
                        self.joined.setdefault(debtor, float(message["Timestamp"]))
                        self.asked.setdefault(debtor, self._made.pop(message["BridgeUniqueid"]))
            case "OriginateResponse":
                over = self._over.pop(message.get("ActionID", "").removeprefix("bare-"), None)
                if over is not None:
                    over.set()
            case None if message.get("Response") == "Error":
                self.refused += 1
            case _:
                pass


@asynccontextmanager
async def listening(settings: Settings, secret: str) -> AsyncIterator[Ear]:
    """Logged in and listening."""
    asterisk = settings.asterisk
    ear = Ear(*await asyncio.open_connection(asterisk.manager_host, asterisk.manager_port, limit=2**20))
    try:
        ear.act(Action="Login", Username=USER, Secret=secret)
        ear.listen()
        yield ear
    finally:
        await ear.close()
