"""The web application on a real database, spoken to in-process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from base.settings import Settings, WebSettings
from tests.web.seed import NOW, Seed
from web.app import create_app


@dataclass
class HandClock:
    """A clock that stands until it is moved."""

    at: datetime = NOW
    since_start: float = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic_s(self) -> float:
        return self.since_start

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.since_start += seconds


@dataclass
class Stream:
    """An open event stream: headers of the answer, then one event after the other."""

    status: int = 0
    _text: str = ""
    _arrived: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)

    async def next(self) -> tuple[str, str]:
        """(event, data) of the next event; keep-alive comments are passed over."""
        while True:
            while "\n\n" not in self._text:
                self._text += (await asyncio.wait_for(self._arrived.get(), 10)).decode()
            block, self._text = self._text.split("\n\n", 1)
            lines = [line.split(": ", 1) for line in block.splitlines() if not line.startswith(":")]
            if lines:
                data = "\n".join(value for name, value in lines if name == "data")
                return next(value for name, value in lines if name == "event"), data

    async def until(self, event: str) -> str:
        """The data of the next event of this name."""
        while True:
            name, data = await self.next()
            if name == event:
                return data


@asynccontextmanager
async def open_stream(app: FastAPI, path: str, headers: dict[str, str] | None = None) -> AsyncIterator[Stream]:
    """GET an endless stream: httpx's ASGI transport would wait for its end."""
    stream, asked, gone = Stream(), False, asyncio.Event()
    started = asyncio.Event()

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            stream.status = message["status"]
            started.set()
        else:
            stream._arrived.put_nowait(message.get("body", b""))

    raw = [(b"host", b"127.0.0.1"), *((k.lower().encode(), v.encode()) for k, v in (headers or {}).items())]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": raw,
        "client": ("127.0.0.1", 4000),
        "server": ("127.0.0.1", 80),
    }
    serving = asyncio.create_task(app(scope, receive, send))
    try:
        await asyncio.wait_for(started.wait(), 10)
        yield stream
    finally:
        gone.set()
        await asyncio.wait_for(serving, 10)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def seed(engine: AsyncEngine) -> Seed:
    return Seed(engine)


@pytest.fixture
def web_settings() -> WebSettings:
    return WebSettings()


@pytest.fixture
def settings(database_url: str, tmp_path: Path, web_settings: WebSettings) -> Settings:
    return Settings(
        database_url=database_url, data_dir=tmp_path / "data", cache_dir=tmp_path / "cache", web=web_settings
    )


@pytest.fixture
async def app(settings: Settings, clock: HandClock) -> AsyncIterator[FastAPI]:
    app = create_app(settings, clock=clock, patience_s=0.3)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 4000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        yield client
