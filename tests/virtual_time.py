"""An event loop whose time is not the machine's: it stands still while PostgreSQL works, and jumps when all wait.

looptime jumps over the time a socket needs; here sockets are real and get all they need. Two sockets of one process
answer each other within a moment, so a moment is given before each jump; a statement under way is waited for.
"""

import asyncio
import selectors
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

MOMENT_S = 0.0004
PATIENCE_S = 10.0
"""A statement that takes longer is hung."""
EPOCH = datetime(2026, 3, 2, 15, tzinfo=UTC)
"""Monday noon in São Paulo."""

LISTENS_S = 3600.0

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


class _Selector(selectors.DefaultSelector):
    """Waits on sockets for real, and lets the loop's time jump instead of waiting for it."""

    now = 0.0
    statements = 0
    """Under way at the database."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return super().select(0)
        if self.statements:
            return super().select(PATIENCE_S)
        events = super().select(None if timeout is None else MOMENT_S)
        if not events and timeout is not None:
            self.now += timeout
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """`time()` begins at 0 and moves only when nothing else is left to do."""

    def __init__(self) -> None:
        self.clock = _Selector()
        super().__init__(self.clock)

    def time(self) -> float:
        return self.clock.now


class LoopClock:
    """The loop's time as wall time."""

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=asyncio.get_running_loop().time())

    def monotonic_s(self) -> float:
        return asyncio.get_running_loop().time()

    def posix_s(self) -> float:
        return self.now().timestamp()


@contextmanager
def time_stands_still_for_statements() -> Iterator[None]:
    """psycopg tells the running loop of every statement and every connection; listening for notices is neither."""
    kept_wait, kept_connect = psycopg.AsyncConnection.wait, vars(psycopg.AsyncConnection)["connect"]

    async def wait(self: Any, gen: Any, *args: Any, **kwargs: Any) -> Any:
        if getattr(gen, "__name__", "") == "notifies":
            # It looks for a Ctrl-C ten times a second, each of which would be a jump of the time.
            return await kept_wait(self, gen, *args, **{"interval": LISTENS_S} | kwargs)
        with _time_stands_still():
            return await kept_wait(self, gen, *args, **kwargs)

    async def connect(cls: Any, *args: Any, **kwargs: Any) -> Any:
        with _time_stands_still():
            return await kept_connect.__get__(None, cls)(*args, **kwargs)

    psycopg.AsyncConnection.wait = wait
    psycopg.AsyncConnection.connect = classmethod(connect)
    try:
        yield
    finally:
        psycopg.AsyncConnection.wait = kept_wait
        psycopg.AsyncConnection.connect = kept_connect


@contextmanager
def _time_stands_still() -> Iterator[None]:
    loop = asyncio.get_running_loop()
    if not isinstance(loop, VirtualLoop):
        yield
        return
    loop.clock.statements += 1
    try:
        yield
    finally:
        loop.clock.statements -= 1
