"""Looks after the exchange: asks how it is doing, gives it fewer calls before it refuses them, and tells."""

import logging
from collections.abc import Mapping

from base.clock import Clock
from dialer.asterisk.port import Exchange, ExchangeError, ExchangeRefusedError
from dialer.trunk.health import Breath, Health, Sample
from dialer.trunk.pressure import Pressure
from dialer.trunk.reach import Reach
from dialer.trunk.trunks import Trunks

log = logging.getLogger(__name__)

BREATH_S = 2.0
SILENT = 1.0
"""The pressure of an exchange that does not answer in time."""


class ExchangeBreath:
    """One exchange's health, kept over looks."""

    def __init__(self, *, exchange: Exchange, trunks: Trunks, clock: Clock) -> None:
        self.health = Health()
        self._exchange = exchange
        self._trunks = trunks
        self._clock = clock
        self._pressure = Pressure()
        self._refusal: str | None = None

    async def look(self) -> None:
        """Ask once, and slow down, stop or speed up accordingly."""
        try:
            vitals = await self._exchange.vitals()
        except ExchangeRefusedError as error:
            self._may_not_know(str(error))
            return
        except ExchangeError:
            self._take(SILENT)
            return
        self._refusal = None
        self._take(self._pressure.of(vitals.queues))
        self._reached(vitals.trunks)

    def _take(self, pressure: float) -> None:
        now = self._clock.posix_s()
        before = self.health
        given = self._trunks.launched_per_s(now)
        self.health = before.after(Sample(at_s=now, pressure=pressure, launched_per_s=given))
        self._trunks.spare(self.health.limit_per_s)
        if self.health.limit_per_s != before.limit_per_s:
            self._tell(pressure, before.limit_per_s)

    def _tell(self, pressure: float, before: float | None) -> None:
        limit = self.health.limit_per_s
        told = {"pressure": round(pressure, 2), "limit_per_s": limit}
        match self.health.breath:
            case Breath.FREE:
                log.info("the exchange breathes freely again, calls go out as the trunks bear", extra=told)
            case Breath.SLOWED if before is not None and limit is not None and limit > before:
                log.info("the exchange recovers and is given more calls a second", extra=told)
            case Breath.SLOWED:
                log.warning("the exchange is short of breath and is given fewer calls a second", extra=told)
            case Breath.STOPPED:
                log.warning("the exchange is about to refuse calls: nothing is dialled until it recovers", extra=told)

    def _reached(self, reaches: Mapping[str, Reach]) -> None:
        for name, standing in self._trunks.standing.items():
            reach = reaches.get(name, Reach.UNKNOWN)
            if reach is standing.reach:
                continue
            told = {"trunk": name, "reach": reach.value}
            if reach in {Reach.UNREACHABLE, Reach.UNREGISTERED}:
                log.warning("a trunk's carrier is not there", extra=told)
            elif standing.reach in {Reach.UNREACHABLE, Reach.UNREGISTERED}:
                log.info("a trunk's carrier is there again", extra=told)
            standing.reach = reach

    def _may_not_know(self, why: str) -> None:
        # Without knowing there is nothing to slow down for; a lost link stops the dialling by itself.
        self.health = Health()
        self._trunks.spare(None)
        if why != self._refusal:
            self._refusal = why
            what = "the exchange does not say how it is doing: its manager's user needs the write class command"
            log.warning(what, extra={"why": why})
