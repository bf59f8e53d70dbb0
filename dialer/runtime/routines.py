"""The tasks a dialer runs beside each other until it stops."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

log = logging.getLogger(__name__)

TOLD_AGAIN_S = 1.0


async def end(*tasks: "asyncio.Task[None] | None") -> None:
    """Cancel these tasks and wait until they are over.

    They are told again until they are: before Python 3.12 `asyncio.wait_for`, which libraries use too, swallows a
    cancellation that comes in the moment its wait is over.
    """
    pending = started = {task for task in tasks if task is not None}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=TOLD_AGAIN_S)
    await asyncio.gather(*started, return_exceptions=True)


class Routines:
    """Started one by one, ended together."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    def run(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    def every(self, seconds: float, act: Callable[[], Awaitable[None]], name: str) -> None:
        """Do it again and again; a time that fails is logged and does not end it."""

        async def again() -> None:
            while True:
                await asyncio.sleep(seconds)
                try:
                    await act()
                except Exception:
                    log.exception("a routine stumbled and goes on", extra={"routine": name})

        self.run(again(), name)

    async def stop(self) -> None:
        await end(*self._tasks)
