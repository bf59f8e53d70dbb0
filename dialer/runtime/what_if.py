"""What if a campaign promised another share, or had more or fewer agents: from what its pacer has learned so far."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm import campaigns, live
from crm.errors import CampaignError
from crm.tables import campaign, pacing_state
from dialer.campaign.pacing import parse_pacing
from pacing import Mode, Pacer
from pacing.whatif import AROUND, TARGETS, WhatIf, what_if

AT_WORK = ("ready", "talking", "wrapup")


async def campaign_what_if(
    connection: AsyncConnection,
    name: str,
    *,
    targets: tuple[float, ...] = TARGETS,
    agents: int | None = None,
    around: int = AROUND,
) -> WhatIf:
    """What a campaign may expect, from the state its pacer was last kept in; a few milliseconds.

    `agents`: None for those at work in its last live picture. `targets` and `around` as in `pacing.whatif.what_if`.
    Raises CampaignError in a sentence that says what to do where that cannot be told.
    """
    query = (
        select(campaign.c.id, campaign.c.mode, campaign.c.pacing, pacing_state.c.state)
        .outerjoin(pacing_state, pacing_state.c.campaign_id == campaign.c.id)
        .where(campaign.c.name == name)
        .order_by(pacing_state.c.saved_at.desc())
    )
    row = (await connection.execute(query)).first()
    if row is None:
        known = ", ".join(await campaigns.names(connection)) or "none yet"
        raise CampaignError(f"There is no campaign {name}. Campaigns: {known}.")
    if row.mode != Mode.PREDICTIVE:
        raise CampaignError(
            f"Campaign {name} is {row.mode}, which learns nothing of calls and talks: ask a predictive campaign."
        )
    if row.state is None:
        raise CampaignError(f"Campaign {name} has learned nothing yet: start it, and ask again after its first calls.")
    if agents is None:
        picture = await live.read(connection, f"campaign:{row.id}") or {}
        agents = sum(picture.get("agents", {}).get(state, 0) for state in AT_WORK)
        if not agents:
            raise CampaignError(f"Nobody is at work for campaign {name} now: say how many would be, with --agents.")
    try:
        pacer = Pacer(mode=Mode.PREDICTIVE, target=parse_pacing(row.pacing).target)
        pacer.restore(row.state)
        return what_if(pacer, targets=targets, agents=agents, around=around)
    except ValueError as error:
        raise CampaignError(f"Nothing can be told of campaign {name}: {error}.") from error
