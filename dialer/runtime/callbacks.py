"""Callbacks of one campaign: looked for every second, an agent held for each, dialled ahead of the list."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from base.clock import Clock
from base.database import sql
from crm.model import LeadId
from dialer.call.model import AgentLogin, CallId
from dialer.campaign import leads
from dialer.campaign.leads import Attempt, ReservedLead
from dialer.runtime.due import AHEAD, Due
from dialer.runtime.floor import Desk, Floor
from dialer.runtime.lines import Lines
from dialer.runtime.routines import end

log = logging.getLogger(__name__)

LOOK_S = 1.0
LEASE_S = 60.0
MOST_AT_ONCE = 50
TRUNK_PATIENCE_S = 20.0
"""So long a held agent waits for a line; then he is let go, and the callback is due again."""

Intent = Callable[[AsyncConnection, ReservedLead, Due, CallId], Awaitable[Attempt | None]]


class Callbacks:
    """room: takes a line of the trunk, 0 when it did, else the seconds until it is worth asking again.

    intent: written for a lead, None where the gate holds it. begin: dials what was committed. paused: nothing may be
    dialled now.
    """

    def __init__(
        self,
        *,
        desk: Desk,
        floor: Floor,
        lines: Lines,
        engine: AsyncEngine,
        clock: Clock,
        room: Callable[[], float],
        give_back: Callable[[], None],
        intent: Intent,
        begin: Callable[[Attempt], None],
        paused: Callable[[], bool],
    ) -> None:
        self._desk = desk
        self._floor = floor
        self._lines = lines
        self._engine = engine
        self._clock = clock
        self._room = room
        self._give_back = give_back
        self._intent = intent
        self._begin = begin
        self._paused = paused
        self._serving: dict[LeadId, asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"callbacks {self._desk.campaign_id}")

    async def stop(self) -> None:
        """No further callback, its campaign is paused; what is being committed is dialled first."""
        self._desk.due = []
        await end(self._task)
        await asyncio.gather(*self._serving.values(), return_exceptions=True)

    def serve(self, due: Due, call_id: CallId) -> None:
        """An agent is held for this callback."""
        task = asyncio.create_task(self._serve(due, call_id), name=f"callback {due.lead_id}")
        self._serving[due.lead_id] = task
        task.add_done_callback(lambda _task: self._serving.pop(due.lead_id, None))

    async def _run(self) -> None:
        while True:
            try:
                await self._look()
            except (OSError, DBAPIError, PoolTimeoutError):
                # Whoever writes says that the server is away; what is due stays due.
                self._desk.due = []
            except Exception:
                log.exception("the callbacks stumbled and go on", extra={"campaign": self._desk.campaign_id})
            await asyncio.sleep(LOOK_S)

    async def _look(self) -> None:
        due: list[Due] = []
        if not self._paused():
            now = self._clock.now()
            values = {"campaign_id": self._desk.campaign_id, "now": now, "by": now + AHEAD, "most": MOST_AT_ONCE}
            async with self._engine.connect() as connection:
                rows = (await connection.exec_driver_sql(sql("dialer", "callbacks_due"), values)).all()
            due = [
                Due(
                    lead_id=row.lead_id,
                    at=max(row.callback_at, row.next_at),
                    agreed_at=row.callback_at,
                    agent=None if row.agent is None else AgentLogin(row.agent),
                )
                for row in rows
            ]
        self._desk.due = [one for one in due if one.lead_id not in self._serving and not self._paused()]
        self._floor.match(self._desk)

    async def _serve(self, due: Due, call_id: CallId) -> None:
        dialled = False
        try:
            dialled = await self._line_taken() and await self._commit_and_dial(due, call_id)
        except (OSError, DBAPIError, PoolTimeoutError):
            log.warning("a callback could not be committed, it stays due", extra={"campaign": self._desk.campaign_id})
        finally:
            if not dialled:
                self._floor.let_go(call_id)

    async def _line_taken(self) -> bool:
        until = self._clock.posix_s() + TRUNK_PATIENCE_S
        while not self._paused() and self._clock.posix_s() < until:
            wait_s = self._room()
            if wait_s <= 0:
                return True
            await asyncio.sleep(wait_s)
        return False

    async def _commit_and_dial(self, due: Due, call_id: CallId) -> bool:
        dialled = False
        self._lines.placing.add(call_id)
        try:
            async with self._engine.begin() as connection:
                campaign_id, now = self._desk.campaign_id, self._clock.now()
                lead = await leads.reserve_callback(connection, campaign_id, due.lead_id, LEASE_S, now)
                attempt = None if lead is None else await self._intent(connection, lead, due, call_id)
            # Only now, after the commit, may anything ring.
            if attempt is not None:
                self._begin(attempt)
                dialled = True
        finally:
            self._lines.placing.discard(call_id)
            if not dialled:
                self._give_back()
        return dialled
