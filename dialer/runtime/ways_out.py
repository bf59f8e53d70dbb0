"""The ways out of the house on the dialer's clock: which trunk, which caller id, and where to go from congestion."""

import asyncio
from collections.abc import Callable, Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from base.clock import Clock
from crm import trunks as figures
from crm.model import Outcome
from dialer.call.causes import unanswered_outcome
from dialer.call.model import (
    Answered,
    Call,
    CallFact,
    CallState,
    HungUp,
    OriginateFailed,
    PickedUp,
    Rang,
    TrunkRefused,
    Vanished,
)
from dialer.campaign.model import Campaign
from dialer.trunk.caller_id import UNUSED, Use, choose_caller_id
from dialer.trunk.trunks import Bound, Trunks

HOP_PATIENCE_S = 1.0
"""So long a refused call waits for the rate of the next trunk: somebody may be held for it."""


class WaysOut:
    """barred: the trunks a campaign may not use now; may_go_on: whether a campaign may still dial."""

    def __init__(self, *, trunks: Trunks, clock: Clock, timezone: str) -> None:
        self.trunks = trunks
        self.barred: Callable[[Campaign], Collection[str]] = lambda _campaign: ()
        self.may_go_on: Callable[[Campaign], bool] = lambda _campaign: True
        self._clock = clock
        self._timezone = ZoneInfo(timezone)
        self._day: date = date.min
        self._used: dict[str, Use] = {}

    async def recall(self, connection: AsyncConnection) -> None:
        """Read how often each caller id was used today, before a restart."""
        self._day = self._today
        self._used = {}
        for one in await figures.by_caller_id(connection, self._day):
            number = str(one.caller_id)
            before = self._used.get(number, UNUSED)
            last_s = max(before.last_s, one.last_at.timestamp())
            self._used[number] = Use(calls=before.calls + one.calls, last_s=last_s)

    def take(self, campaign: Campaign) -> str | None:
        """A trunk for one more call of the campaign; None: there is no room."""
        if campaign.trunk not in self.trunks.routes:
            return None
        return self.trunks.take(campaign.trunk, self._clock.posix_s(), without=self.barred(campaign))

    def take_some(self, campaign: Campaign, most: int) -> list[str]:
        """Trunks for as many calls of the campaign as there is room for, `most` at most, each as often as taken."""
        taken: list[str] = []
        while len(taken) < most and (trunk := self.take(campaign)) is not None:
            taken.append(trunk)
        return taken

    def bound(self, campaign: Campaign) -> Bound:
        """Why there was no room."""
        return self.trunks.bound(campaign.trunk, self._clock.posix_s(), without=self.barred(campaign))

    def wait_s(self, campaign: Campaign) -> float | None:
        """Seconds until the rate lets one more call through; None when something else is in the way."""
        return self.trunks.wait_s(campaign.trunk, self._clock.posix_s(), without=self.barred(campaign))

    def limits(self, campaign: Campaign) -> tuple[int, float] | None:
        """Calls at once and calls per second the campaign's way out bears; None where it has none."""
        return self.trunks.limits(campaign.trunk) if campaign.trunk in self.trunks.routes else None

    def caller_id(self, campaign: Campaign, trunk: str, callee: str) -> str:
        """The number this call is to show, of those the trunk declares; it counts as used."""
        if self._day != self._today:
            self._day, self._used = self._today, {}
        number = choose_caller_id(
            callee=callee,
            declared=self.trunks.standing[trunk].settings.caller_ids,
            used=self._used,
            default=campaign.caller_id,
            local=campaign.local_presence,
        )
        self._used[number] = self._used.get(number, UNUSED).again(self._clock.posix_s())
        return number

    async def onward(self, call: Call, fact: CallFact, campaign: Campaign, callee: str) -> TrunkRefused | None:
        """Where the call goes that a trunk refused for congestion before anything rang; None: nowhere, it is over.

        The line of the trunk that refused is given back, and one of the next is taken.
        """
        if call.state is not CallState.PLACED or call.ended_by is not None or not _refuses(fact):
            return None
        tried = {*call.tried, call.trunk}
        until = self._clock.posix_s() + HOP_PATIENCE_S
        while campaign.trunk in self.trunks.routes and self.may_go_on(campaign):
            without = tried | set(self.barred(campaign))
            trunk = self.trunks.take(campaign.trunk, self._clock.posix_s(), without=without)
            if trunk is not None:
                self._refused(call)
                self.trunks.vacate(call.trunk)
                caller_id = self.caller_id(campaign, trunk, callee)
                return TrunkRefused(at=self._clock.now(), cause=_cause(fact), trunk=trunk, caller_id=caller_id)
            wait_s = self.trunks.wait_s(campaign.trunk, self._clock.posix_s(), without=without)
            if wait_s is None or self._clock.posix_s() + wait_s > until:
                break
            await asyncio.sleep(max(0.01, wait_s))
        return None

    def heard(self, call: Call, fact: CallFact) -> None:
        """What a fact of this call, which it took in its place, says of its trunk; the last one frees its line."""
        match fact:
            case Rang() | PickedUp() | Answered():
                self._carried(call)
            case Vanished() | OriginateFailed(by_carrier=False):
                # Nobody heard what the trunk said, or it was never asked.
                self.trunks.untold(call.trunk)
            case HungUp() | OriginateFailed() if call.outcome is Outcome.CONGESTION:
                self._refused(call)
            case HungUp() | OriginateFailed():
                self._carried(call)
            case _:
                pass
        if call.state is CallState.ENDED:
            self.trunks.vacate(call.trunk)

    def _carried(self, call: Call) -> None:
        self.trunks.carried(call.trunk, _placed_s(call))

    def _refused(self, call: Call) -> None:
        self.trunks.refused(call.trunk, _placed_s(call), self._clock.posix_s())

    def day_of(self, at: datetime) -> date:
        """The operation's day."""
        return at.astimezone(self._timezone).date()

    @property
    def _today(self) -> date:
        return self.day_of(self._clock.now())


def _refuses(fact: CallFact) -> bool:
    match fact:
        case HungUp(cause=cause):
            return unanswered_outcome(cause) is Outcome.CONGESTION
        case OriginateFailed(cause=cause, by_carrier=True):
            return unanswered_outcome(cause) is Outcome.CONGESTION
        case _:
            return False


def _cause(fact: CallFact) -> int:
    assert isinstance(fact, HungUp | OriginateFailed)
    return fact.cause


def _placed_s(call: Call) -> float:
    return (call.hopped_at or call.placed_at).timestamp()
