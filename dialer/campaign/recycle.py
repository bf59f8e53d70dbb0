"""When may a lead be dialled again? One rule per outcome, in one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from crm.model import Mode, Outcome

MINUTE_S = 60
HOUR_S = 60 * MINUTE_S


AGENT_GUARANTEED = frozenset({Mode.PREVIEW})
"""Modes in which an agent waits for the call before it is dialled, and for no other."""


class Source(StrEnum):
    """Who decides the delay when the outcome alone does not."""

    CAMPAIGN = "campaign"
    """campaign.recycle_after_s"""
    DISPOSITION = "disposition"
    """disposition.recycle_after_s; the same row says whether the lead closes and the number falls silent."""


@dataclass(frozen=True, kw_only=True)
class Recycle:
    """What an outcome does to the lead.

    delay: seconds from the call's end, or who decides them. consumes: it counts against attempts_per_lead and the
    day's limits. kills_number: the contact point is dead. debtor_rests_s: so long nobody dials the debtor in any
    campaign without an agent guaranteed; the delay is that of a campaign that guarantees one.
    """

    delay: int | Source
    consumes: bool = True
    kills_number: bool = False
    debtor_rests_s: int | None = None

    @property
    def delay_s(self) -> int | None:
        """The seconds, or None when somebody else decides."""
        return None if isinstance(self.delay, Source) else self.delay


RULES: Mapping[Outcome, Recycle] = MappingProxyType(
    {
        Outcome.CONNECTED: Recycle(delay=Source.DISPOSITION),
        Outcome.BUSY: Recycle(delay=10 * MINUTE_S),
        Outcome.NOANSWER: Recycle(delay=Source.CAMPAIGN),
        Outcome.MACHINE: Recycle(delay=4 * HOUR_S),
        # The debtor heard nobody: three days of rest, as Ofcom's rule for abandoned calls has it.
        Outcome.ABANDONED: Recycle(delay=Source.CAMPAIGN, debtor_rests_s=72 * HOUR_S),
        Outcome.HANGUP_EARLY: Recycle(delay=Source.CAMPAIGN),
        # Our own trunk was full: the debtor's telephone never rang.
        Outcome.CONGESTION: Recycle(delay=MINUTE_S, consumes=False),
        Outcome.FAILED: Recycle(delay=Source.CAMPAIGN),
        # Soon, but on the debtor's next number.
        Outcome.DEAD_NUMBER: Recycle(delay=MINUTE_S, kills_number=True),
        Outcome.UNKNOWN: Recycle(delay=Source.CAMPAIGN),
    }
)
