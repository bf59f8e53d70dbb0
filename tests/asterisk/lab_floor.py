"""What stands in for the dialer and the web room in tests of the lab: raw AMI, and the agent API as documented."""

import asyncio
import contextlib
import json
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from tests.asterisk.conftest import RunningAsterisk


class Manager:
    """A plain AMI connection: actions out, events kept."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.events: list[dict[str, str]] = []
        self._came = asyncio.Condition()
        self._task = asyncio.create_task(self._read())

    @classmethod
    async def connect(cls, asterisk: RunningAsterisk) -> Self:
        ours = asterisk.settings.asterisk
        manager = cls(*await asyncio.open_connection(ours.manager_host, ours.manager_port))
        manager.send(Action="Login", Username=ours.manager_user, Secret=asterisk.settings.manager_secret())
        return manager

    def send(self, **fields: str) -> None:
        self._writer.write("".join(f"{k}: {v}\r\n" for k, v in fields.items()).encode() + b"\r\n")

    async def event(self, wanted: Callable[[dict[str, str]], bool], within_s: float = 40) -> dict[str, str]:
        def first() -> dict[str, str] | None:
            return next((event for event in self.events if wanted(event)), None)

        async with asyncio.timeout(within_s), self._came:
            await self._came.wait_for(lambda: first() is not None)
        found = first()
        assert found is not None
        return found

    async def close(self) -> None:
        self._task.cancel()
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()

    async def _read(self) -> None:
        fields: dict[str, str] = {}
        async for raw in self._reader:
            line = raw.decode().strip()
            if line:
                name, _, value = line.partition(":")
                fields[name] = value.strip()
                continue
            async with self._came:
                self.events.append(fields)
                self._came.notify_all()
            fields = {}


@dataclass(kw_only=True)
class Seat:
    """One agent as the API shows it."""

    login: str
    state: str = "paused"
    call: dict[str, str] | None = None
    dispositions: list[dict[str, Any]] = field(default_factory=list)
    hang_up: Callable[[], None] | None = None
    streams: set[asyncio.StreamWriter] = field(default_factory=set)
    _became: dict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))

    async def until(self, state: str) -> None:
        async with asyncio.timeout(40):
            await self._became[state].wait()

    def become(self, state: str, call: dict[str, str] | None) -> None:
        self.state, self.call = state, call
        self._became[state].set()
        for stream in self.streams:
            stream.write(self.frame())

    def forget(self, state: str) -> None:
        """Let `until` wait for the next time."""
        self._became[state].clear()

    def frame(self) -> bytes:
        data = {"login": self.login, "state": self.state, "since": "", "call": self.call}
        return f"event: state\r\ndata: {json.dumps(data)}\r\n\r\n".encode()


@asynccontextmanager
async def agent_api(seats: dict[str, Seat], port: int) -> AsyncIterator[None]:
    """Serves the agent API for seats by token."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            headers = {k.lower(): v.strip() for k, _, v in (x.partition(":") for x in head.splitlines()[1:])}
            seat = seats[headers["authorization"].removeprefix("Bearer ")]
            path = head.split(" ")[1]
            if path == "/api/agent/events":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
                writer.write(seat.frame())
                seat.streams.add(writer)
                await reader.read()
                seat.streams.discard(writer)
            else:
                body = json.loads(await reader.readexactly(int(headers["content-length"])))
                done = answer(seat, path.rpartition("/")[2], body)
                status = "200 OK" if done else "409 Conflict"
                writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            writer.close()

    def answer(seat: Seat, what: str, body: dict[str, Any]) -> bool:
        if what == "ready" and seat.state == "paused":
            seat.become("ready", None)
        elif what == "hangup" and seat.hang_up is not None:
            seat.hang_up()
        elif what == "disposition" and seat.state == "wrapup":
            seat.dispositions.append(body)
            seat.become("ready", None)
        else:
            return False
        return True

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield
    finally:
        for seat in seats.values():
            for stream in seat.streams:
                stream.close()
        server.close()
        await server.wait_closed()


@dataclass(kw_only=True)
class Floor:
    """Dials, joins and hangs up, as the dialer would."""

    manager: Manager
    asterisk: RunningAsterisk

    async def parked(self, login: str) -> str:
        """The channel of an agent that has parked."""
        return (await self.manager.event(lambda e: e.get("UserEvent") == "AloParked" and e.get("Login") == login))[
            "Channel"
        ]

    async def call(self, number: str, seat: Seat) -> str:
        """Dial, join to the seat's agent, and leave the seat in wrap-up when it is over; the call's id."""
        call_id = str(uuid.uuid4())
        self.manager.send(
            Action="Originate",
            Channel=f"PJSIP/{number}@trunk-main",
            Context="alo-dialled",
            Exten="s",
            Priority="1",
            ChannelId=call_id,
            Variable=f"ALO_RECORDING={self.asterisk.places.legs / call_id}",
            Async="true",
            Timeout="20000",
        )
        answered = await self.manager.event(
            lambda e: e.get("UserEvent") == "AloAnswered" and e.get("CallId") == call_id
        )
        channel = answered["Channel"]
        self.manager.send(Action="Setvar", Channel=channel, Variable="ALO_JOINED", Value="1")
        self.manager.send(Action="Bridge", Channel1=await self.parked(seat.login), Channel2=channel, Tone="no")
        call = {"id": call_id, "debtor_id": "1", "name": "Maria", "number": number, "campaign": "c", "joined_at": ""}
        seat.hang_up = lambda: self.manager.send(Action="Hangup", Channel=channel)
        seat.become("talking", call)
        await self.manager.event(lambda e: e.get("Event") == "Hangup" and e.get("Uniqueid") == call_id, within_s=60)
        seat.forget("ready")
        seat.become("wrapup", call)
        await seat.until("ready")
        return call_id
