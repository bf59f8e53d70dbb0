"""A call with all that is known around it while it is up."""

import asyncio
from dataclasses import dataclass, field

from dialer.call.model import Call, CallFact
from dialer.campaign.leads import ReservedLead
from dialer.campaign.model import Campaign
from dialer.runtime.floor import Desk


@dataclass(kw_only=True)
class Line:
    """A call with all that is known around it."""

    call: Call
    lead: ReservedLead
    campaign: Campaign
    desk: Desk
    queue: asyncio.Queue[CallFact] = field(default_factory=asyncio.Queue)
    told_pacer: bool = False
    """The pacer knows how the call came out."""
    guaranteed: bool = False
    """An agent is held for this call; the pacer does not hear of it."""
    worker: asyncio.Task[None] | None = None
