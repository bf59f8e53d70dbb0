"""Writes the live pictures: each agent's at once when he moves, each campaign's about once a second."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from base.clock import Clock
from base.database import sql
from crm import live
from dialer.agent.model import AgentState
from dialer.call.model import AgentLogin
from dialer.runtime.dialling import Dialling
from dialer.runtime.floor import Floor
from dialer.runtime.lines import Lines
from dialer.runtime.live import agent_snapshot, agent_topic, campaign_snapshot, campaign_topic, node_topic
from dialer.runtime.together import together
from dialer.runtime.trunk_picture import trunks_snapshot, trunks_topic, ways_picture
from dialer.trunk.health import Health
from dialer.trunk.trunks import Trunks

log = logging.getLogger(__name__)

MOMENT_S = 0.03
FRESH_S = 5.0
"""An older picture of another node is no picture of now."""
REST = 20.0
"""Counting a large campaign takes long; for so many times as long it is not counted again (5 % of a core at most)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Figures:
    """What was counted, and the loop's time until which it is good."""

    figures: dict[str, Any]
    until: float


class Publisher:
    """Keeps the `live` table true."""

    def __init__(
        self,
        *,
        engine: AsyncEngine,
        floor: Floor,
        lines: Lines,
        clock: Clock,
        timezone: str,
        node: str,
        others: Callable[[], tuple[str, ...]],
    ) -> None:
        self.names: dict[str, str] = {}
        """Agents' names by login."""
        self.agents: dict[AgentLogin, dict[str, Any]] = {}
        """Each agent's last picture, from before a restart too."""
        self._engine = engine
        self._floor = floor
        self._lines = lines
        self._clock = clock
        self._timezone = ZoneInfo(timezone)
        self._node = node
        self._others = others
        self._moved: set[AgentLogin] = set()
        self._news = asyncio.Event()
        self._counted: dict[int, _Figures] = {}

    async def recall(self, connection: AsyncConnection) -> None:
        """Read the agents' pictures a dialer before this one left."""
        pictures = await live.read_all(connection, "agent:")
        self.agents = {AgentLogin(topic.removeprefix("agent:")): picture for topic, picture in pictures.items()}

    def agent_moved(self, login: AgentLogin) -> None:
        """Keep the agent's picture of this moment, and have it written."""
        agent = self._floor.agents[login]
        if agent.state is AgentState.RESERVED:
            # Nobody sees a reservation, and a join is waiting to be made.
            return
        kept = self.agents.get(login, {}).get("call")
        self.agents[login] = agent_snapshot(agent, self._lines, kept) | {"node": self._node}
        self._moved.add(login)
        self._news.set()

    async def publish_agents(self) -> None:
        """For ever: write the pictures of the agents who moved; at once, and those of the next moment together."""
        while True:
            await self._news.wait()
            self._news.clear()
            moved, self._moved = self._moved, set()
            pictures = {agent_topic(login): self.agents[login] for login in moved}
            try:
                await self._write(pictures)
            except Exception:
                log.exception("the agents' pictures could not be written")
            await asyncio.sleep(MOMENT_S)

    async def publish_campaigns(self, diallings: Mapping[int, Dialling], trunks: Trunks, health: Health) -> None:
        """Write every running campaign's picture, with the other nodes' parts in it, and that of the node's trunks."""
        now = self._clock.now()
        own = {}
        for campaign_id, dialling in list(diallings.items()):
            figures = await self._figures(campaign_id, now)
            picture = campaign_snapshot(dialling, self._floor, self._lines, self.names, figures, now)
            own[campaign_id] = picture | ways_picture(trunks, health, dialling.campaign.trunk)
        whole = await self._whole(own) if self._others() else {campaign_topic(i): own[i] for i in own}
        await self._write({trunks_topic(self._node): trunks_snapshot(trunks, health, self._node, now), **whole})

    async def _whole(self, own: Mapping[int, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        topics = [node_topic(other, campaign_id) for other in self._others() for campaign_id in own]
        async with self._engine.connect() as connection:
            theirs = await live.read_fresh(connection, topics, FRESH_S)
        found = {node_topic(self._node, campaign_id): picture for campaign_id, picture in own.items()}
        for campaign_id, picture in own.items():
            parts = {other: theirs.get(node_topic(other, campaign_id)) for other in self._others()}
            known = {other: part for other, part in parts.items() if part is not None}
            found[campaign_topic(campaign_id)] = together({self._node: picture, **known})
        return found

    async def _figures(self, campaign_id: int, now: datetime) -> dict[str, Any]:
        time = asyncio.get_running_loop().time
        known = self._counted.get(campaign_id)
        if known is not None and time() < known.until:
            return known.figures
        midnight = now.astimezone(self._timezone).replace(hour=0, minute=0, second=0, microsecond=0)
        began = time()
        async with self._engine.connect() as connection:
            values = {"campaign_id": campaign_id, "since": midnight}
            # On one core alone, while the others take calls.
            await connection.exec_driver_sql("set local max_parallel_workers_per_gather = 0")
            result = await connection.exec_driver_sql(sql("dialer", "campaign_figures"), values)
            figures = dict(result.scalar_one())
        self._counted[campaign_id] = _Figures(figures=figures, until=time() + REST * (time() - began))
        return figures

    async def _write(self, pictures: Mapping[str, Any]) -> None:
        if pictures:
            async with self._engine.begin() as connection:
                await live.publish_many(connection, pictures)
