"""The smallest manager client: what these tests say to Asterisk does not pass through the code they judge."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from base.settings import Settings

Message = dict[str, str]


class Ami:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._numbers = itertools.count(1)
        self.events: list[Message] = []
        self._answers: dict[str, Message] = {}
        self._news = asyncio.Condition()
        self._task = asyncio.create_task(self._read())

    async def act(self, **headers: str) -> Message:
        number = str(next(self._numbers))
        lines = [f"{name}: {value}" for name, value in {**headers, "ActionID": number}.items()]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        async with asyncio.timeout(30), self._news:
            await self._news.wait_for(lambda: number in self._answers)
        return self._answers[number]

    async def event(self, name: str, *, timeout_s: float = 30, **headers: str) -> Message:
        """The first event so named, seen already or to come, that has these headers."""

        def found() -> Message | None:
            wanted = {"Event": name, **headers}
            return next((e for e in self.events if wanted.items() <= e.items()), None)

        async with asyncio.timeout(timeout_s), self._news:
            await self._news.wait_for(lambda: found() is not None)
        event = found()
        assert event is not None
        return event

    async def _read(self) -> None:
        await self._reader.readline()
        while True:
            text = (await self._reader.readuntil(b"\r\n\r\n")).decode()
            message = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
            async with self._news:
                if "Response" in message and "Event" not in message:
                    self._answers[message.get("ActionID", "")] = message
                else:
                    self.events.append(message)
                self._news.notify_all()

    def close(self) -> None:
        self._task.cancel()
        self._writer.close()


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Ami]:
    asterisk = settings.asterisk
    ami = Ami(*await asyncio.open_connection(asterisk.manager_host, asterisk.manager_port))
    try:
        answer = await ami.act(Action="Login", Username=asterisk.manager_user, Secret=settings.manager_secret())
        assert answer["Response"] == "Success", answer
        yield ami
    finally:
        ami.close()
