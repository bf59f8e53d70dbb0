"""One agent who talks, to begin a scenario with."""

from typing import Any

from dialer.agent.model import AgentState
from dialer.asterisk.far_end import FarEnd
from dialer.call.model import AgentLogin
from tests.scenarios.house import House

LONG = FarEnd(ring_s=2, talk_s=60)


async def talking(house: House, **settings: Any) -> str:
    """One agent who talks; the call's id."""
    await house.furnish(agents=1, far_ends=[LONG, LONG], **settings)
    await house.open()
    return await talk(house)


async def talk(house: House) -> str:
    await house.until(lambda: house.agent_state("agent-1") is AgentState.TALKING)
    call_id = house.dialer.floor.agents[AgentLogin("agent-1")].call
    assert call_id is not None
    return call_id
