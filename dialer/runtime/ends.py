"""The ends of calls, as they wait to be written: those of one moment together, and each alone where that is refused."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.call.model import Call
from dialer.campaign.leads import ReservedLead
from dialer.campaign.model import Campaign
from dialer.runtime.writer import Writer


@dataclass(frozen=True, kw_only=True, eq=False)
class End:
    """A call that is over; `done` when that is committed, or with the error of a write that cannot be."""

    call: Call
    lead: ReservedLead
    campaign: Campaign
    done: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Ends:
    """Hands ends to the writer; `write` writes some of them, each of another debtor."""

    def __init__(self, writer: Writer, write: Callable[[AsyncConnection, Sequence[End]], Awaitable[None]]) -> None:
        self._writer = writer
        self._write = write
        self._waiting: list[End] = []

    def add(self, end: End) -> None:
        # Nobody may wait for it: an error was logged already and must not be reported again as never retrieved.
        end.done.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._waiting.append(end)
        if len(self._waiting) == 1:
            self._submit()

    def _submit(self) -> None:
        batch: list[End] = []

        async def write(connection: AsyncConnection) -> None:
            # A transaction that fails is tried again, with those that have come since.
            batch[:] = _of_different_debtors(self._waiting)
            await self._write(connection, batch)

        def committed(done: "asyncio.Future[None]") -> None:
            for end in batch:
                self._waiting.remove(end)
                if done.exception() is None or len(batch) == 1:
                    _settle(end, done)
                else:
                    self._submit_alone(end)
            if self._waiting:
                self._submit()

        self._writer.submit(write).add_done_callback(committed)

    def _submit_alone(self, end: End) -> None:
        async def write(connection: AsyncConnection) -> None:
            await self._write(connection, (end,))

        self._writer.submit(write).add_done_callback(lambda done: _settle(end, done))


def _of_different_debtors(waiting: Sequence[End]) -> list[End]:
    """One statement changes a row once: the second end of a debtor's calls is for the next."""
    first: dict[int, End] = {}
    for end in waiting:
        first.setdefault(end.lead.debtor_id, end)
    return list(first.values())


def _settle(end: End, done: "asyncio.Future[None]") -> None:
    error = done.exception()
    if error is None:
        end.done.set_result(None)
    else:
        end.done.set_exception(error)
