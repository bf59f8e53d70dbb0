"""What people ask of the dialer, taken from the `command` table, done, and answered.

An answer is empty when the thing was done, else a sentence saying why not.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.exc import DBAPIError

from base.clock import Clock
from dialer.agent.model import Agent, AgentState, LeaveAsked, PauseAsked, ReadyAsked, WrappedUp
from dialer.call.model import AgentLogin, CallId
from dialer.runtime.book import Book
from dialer.runtime.floor import Floor
from dialer.runtime.lines import Lines

log = logging.getLogger(__name__)

Answer = str | None


class Orders:
    """One method per kind of command."""

    def __init__(
        self,
        *,
        floor: Floor,
        lines: Lines,
        book: Book,
        clock: Clock,
        refresh: Callable[[], Awaitable[None]],
        refresh_agents: Callable[[], Awaitable[None]],
    ) -> None:
        self._floor = floor
        self._lines = lines
        self._book = book
        self._clock = clock
        self._refresh = refresh
        self._refresh_agents = refresh_agents

    async def do(self, kind: str, payload: dict[str, Any]) -> Answer:
        """Do one command. Never raises: what goes wrong is the answer."""
        try:
            match kind:
                case "campaign.changed":
                    await self._refresh()
                    return None
                case "agents.changed":
                    await self._refresh_agents()
                    return None
                case "agent.hangup" | "agent.disposition" | "agent.pause" | "agent.leave" | "agent.ready":
                    return await self._for_agent(kind, payload)
                case _:
                    return f"The dialer does not know the command {kind}."
        except Exception:
            log.exception("a command failed", extra={"kind": kind})
            return "The dialer could not do it; its log says why."

    async def _for_agent(self, kind: str, payload: dict[str, Any]) -> Answer:
        agent = self._floor.agents.get(AgentLogin(str(payload.get("login", ""))))
        if agent is None:
            return "There is no such agent, or the account is not active."
        if agent.state is AgentState.OFFLINE:
            return "You are offline: register your softphone and call park."
        now = self._clock.now()
        match kind:
            case "agent.hangup":
                if agent.state is not AgentState.TALKING or agent.call is None or not self._lines.hang_up(agent.call):
                    return "There is no call to hang up."
                return None
            case "agent.pause":
                self._floor.agent(agent.login, PauseAsked(at=now))
                return None
            case "agent.leave":
                self._floor.agent(agent.login, LeaveAsked(at=now))
                return None
            case "agent.ready":
                self._floor.agent(agent.login, ReadyAsked(at=now))
                if agent.state is AgentState.WRAPUP:
                    self._floor.agent(agent.login, WrappedUp(at=now))
                return None
            case _:
                return await self._dispose(agent, payload)

    async def _dispose(self, agent: Agent, payload: dict[str, Any]) -> Answer:
        call_id = CallId(str(payload.get("call_id", "")))
        if agent.state is AgentState.TALKING and agent.call == call_id:
            return "The call is still on: hang up first, then choose the disposition."
        if agent.call != call_id:
            return "That call is not in your hands any more."
        try:
            refused = await self._book.dispose(
                call_id,
                str(payload.get("code", "")),
                dict(payload.get("data") or {}),
                agent.login,
                self._clock.now(),
            )
        except DBAPIError:
            return "The disposition was not taken: is its code one of the list?"
        if refused is not None:
            return refused
        now_agent = self._floor.agents[agent.login]
        if now_agent.state is AgentState.WRAPUP and now_agent.call == call_id:
            self._floor.agent(agent.login, WrappedUp(at=self._clock.now()))
        return None
