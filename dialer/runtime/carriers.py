"""Calls and short calls by company, carrier and day: counted as calls end, watched, and a reason to stop.

The counters are in the database, so that several dialers of one company share them.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from base.clock import Clock
from base.database import sql
from base.trunk_settings import TrunkSettings
from dialer.call.model import Call
from dialer.campaign.model import Campaign
from dialer.compliance import Pack
from dialer.compliance.reading import find_pack, pack_names
from dialer.compliance.short_calls import Load, is_short, limits_of, load_of, month_alarm

log = logging.getLogger(__name__)

Key = tuple[str, str]
"""The root of the company's CNPJ, and the carrier."""


class Carriers:
    """The counters of every company and carrier the trunks belong to."""

    def __init__(
        self, *, engine: AsyncEngine, trunks: Mapping[str, TrunkSettings], clock: Clock, timezone: str
    ) -> None:
        self._engine = engine
        self._keys = {name: (trunk.cnpj_root, trunk.carrier or name) for name, trunk in trunks.items()}
        self._clock = clock
        self._timezone = ZoneInfo(timezone)
        self._today: dict[Key, tuple[int, int]] = {}
        self._month: dict[Key, int] = {}
        self._said: dict[tuple[Key, str], str] = {}

    async def count(self, connection: AsyncConnection, ended: Iterable[tuple[Call, Campaign]]) -> None:
        """Count calls that have ended, each on the day it was placed."""
        counted: dict[tuple[str, str, date], tuple[int, int]] = {}
        for call, campaign in ended:
            assert call.ended_at is not None
            if call.trunk not in self._keys:
                continue
            day = call.placed_at.astimezone(self._timezone).date()
            # A pack that is gone must not keep the end of a call from being written.
            limits = limits_of(find_pack(campaign.pack), day) if campaign.pack in pack_names() else None
            short = is_short(call.answered_at, call.ended_at, limits)
            key = (*self._keys[call.trunk], day)
            calls, shorts = counted.get(key, (0, 0))
            counted[key] = (calls + 1, shorts + int(short))
        # In order: two dialers that count the same rows then wait for each other instead of deadlocking.
        for (cnpj, carrier, day), (calls, shorts) in sorted(counted.items()):
            values = {"cnpj": cnpj, "carrier": carrier, "day": day, "calls": calls, "short": shorts}
            await connection.exec_driver_sql(sql("dialer", "carrier_count"), values)

    async def look(self) -> None:
        """Read the counters again."""
        async with self._engine.connect() as connection:
            rows = (await connection.exec_driver_sql(sql("dialer", "carrier_counts"), {"day": self._day})).all()
        self._today = {(row.cnpj, row.carrier): (row.calls, row.short) for row in rows}
        self._month = {(row.cnpj, row.carrier): row.month for row in rows}

    def load(self, trunk: str, pack: Pack) -> Load:
        """How near to the block the trunk's company is with its carrier, by this pack; a change is told in the log."""
        key = self._keys[trunk]
        calls, short = self._today.get(key, (0, 0))
        load = load_of(calls, short, limits_of(pack, self._day))
        numbers = {"carrier": key[1], "calls": calls, "short": short}
        if self._changed(key, "day", load) and load is not Load.FINE:
            log.warning("many short calls: the carrier may block this company", extra={"load": load.value} | numbers)
        month = month_alarm(self._month.get(key, 0), pack, self._day)
        if self._changed(key, "month", "alarm" if month else "") and month:
            log.warning("many calls this month: their origin must be authenticated", extra={"why": month})
        return load

    @property
    def _day(self) -> date:
        return self._clock.now().astimezone(self._timezone).date()

    def _changed(self, key: Key, of: str, what: str) -> bool:
        before = self._said.get((key, of))
        self._said[key, of] = what
        return before != what
