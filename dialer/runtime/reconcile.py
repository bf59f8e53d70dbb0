"""What is true on the exchange against what we believe: after a restart, after a lost link, and every few seconds.

A restarted dialer takes every attempt without an outcome, replays its journal, and looks for its channel. A call whose
channel stays missing is over; how it ended is read from the exchange's own journal. Nothing is dialled again here.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from base.clock import Clock
from base.database import sql
from crm.model import CampaignId, ContactPointId, DebtorId, LeadId, Outcome, PhoneType
from dialer.agent.model import Agent, AgentState, TalkEnded
from dialer.asterisk.journal import JournalledCall, read_journal
from dialer.asterisk.port import Alone, Leg
from dialer.call.causes import unanswered_outcome
from dialer.call.machine import PATIENCE_S
from dialer.call.model import (
    AgentFound,
    AgentLogin,
    Answered,
    Call,
    CallFact,
    CallId,
    CallState,
    Joined,
    JoinFailed,
    PatienceOver,
    PickedUp,
    Rang,
    Vanished,
)
from dialer.call.replay import fact_of, replay
from dialer.campaign.leads import ReservedLead
from dialer.campaign.model import Campaign
from dialer.runtime.floor import Desk, Floor
from dialer.runtime.line import Line
from dialer.runtime.lines import Lines

log = logging.getLogger(__name__)

JOIN_LIMIT_S = 3.0
NEW_S = 5.0
"""A younger call may still be on its way to a channel."""
GONE_S = 2.0
"""Between two looks that miss a call: its hang-up may be on its way to us, or to the exchange's journal."""


async def open_attempts(connection: AsyncConnection, node: str) -> list[dict[str, Any]]:
    """The attempts of this node that have no outcome yet, with their journals."""
    result = await connection.exec_driver_sql(sql("dialer", "attempts_open"), {"node": node})
    return [dict(row) for row in result.mappings()]


def rebuild(row: dict[str, Any], now: datetime) -> tuple[Call, ReservedLead]:
    """The call as its journal tells it, and its lead."""
    call = Call(id=CallId(row["id"]), state=CallState.PLACED, placed_at=row["placed_at"])
    told = (fact_of(kind, datetime.fromisoformat(at), payload) for kind, at, payload in row["facts"])
    call = replay(call, (fact for fact in told if fact is not None))
    lead = ReservedLead(
        lead_id=LeadId(row["lead_id"]),
        campaign_id=CampaignId(row["campaign_id"]),
        debtor_id=DebtorId(row["debtor_id"]),
        debtor_name=row["debtor_name"],
        state=row["state"],
        contact_point_id=ContactPointId(row["contact_point_id"]),
        number=row["number"],
        phone_type=None if row["phone_type"] is None else PhoneType(row["phone_type"]),
        attempts=row["attempts"],
        number_attempts_today=0,
        debtor_attempts_today=0,
        reserved_until=now,
    )
    return call, lead


class Reconciler:
    """Compares and mends."""

    def __init__(self, *, floor: Floor, lines: Lines, clock: Clock, journal: Path, spool: Path) -> None:
        self._floor = floor
        self._lines = lines
        self._clock = clock
        self._journal = journal
        self._spool = spool
        self._missing: dict[CallId, datetime] = {}
        """Calls without a leg, and when that was first seen."""

    def adopt(
        self,
        rows: list[dict[str, Any]],
        known: set[CallId],
        legs: tuple[Leg, ...],
        campaigns: dict[int, Campaign],
        desk_for: Callable[[Campaign], Desk],
    ) -> int:
        """Take up the open attempts nobody in this process knows of; returns how many.

        known: the calls known here before the rows were read.
        """
        by_call = {leg.call_id: leg for leg in legs if leg.call_id}
        unknown = [row for row in rows if row["id"] not in known | self._lines.known()]
        for row in unknown:
            call, lead = rebuild(row, self._clock.now())
            campaign = campaigns[row["campaign_id"]]
            for fact in self._found(call, by_call.get(call.id), legs):
                # Journalled like any other: whoever replays this call again comes to the same.
                call = self._lines.note(call, fact)
            line = Line(call=call, lead=lead, campaign=campaign, desk=desk_for(campaign))
            if call.state is CallState.ENDED:
                # Its last fact was journalled, its end was not.
                self._lines.finish_again(line)
                continue
            self._lines.adopt(line)
            if call.state is CallState.WAITING:
                self._floor.wait(line.desk, call.id)
        return len(unknown)

    def _found(self, call: Call, leg: Leg | None, legs: tuple[Leg, ...]) -> list[CallFact]:
        """What the call's leg shows that its journal does not tell."""
        now, state = self._clock.now(), call.state
        if leg is None or state in {CallState.ENDED, CallState.TALKING, CallState.ABANDONED, CallState.MACHINE}:
            return []
        partner = next((o for o in legs if o.login and o.bridge is not None and o.bridge == leg.bridge), None)
        unanswered = state in {CallState.PLACED, CallState.RINGING}
        facts: list[CallFact] = []
        if unanswered and leg.alone is Alone.SCREENED:
            facts.append(PickedUp(at=now))
        elif (unanswered and leg.up) or (state is CallState.SCREENING and leg.alone is not Alone.SCREENED):
            facts.append(Answered(at=now))
        elif state is CallState.PLACED and leg.ringing:
            facts.append(Rang(at=now))
        if partner is not None and partner.login is not None:
            if state is CallState.JOINING and call.agent != partner.login:
                facts.append(JoinFailed(at=now, why="joined with another agent"))
            if state is not CallState.JOINING or call.agent != partner.login:
                facts.append(AgentFound(at=now, agent=partner.login))
            facts.append(Joined(at=now))
        elif state is CallState.JOINING and leg.up:
            facts.append(JoinFailed(at=now, why="the bridge was not there after a restart"))
        if leg.alone is Alone.MESSAGE:
            facts.append(PatienceOver(at=now))
        return facts

    def agents(self, legs: tuple[Leg, ...], kept: dict[AgentLogin, dict[str, Any]]) -> None:
        """Set every agent to what his leg shows. kept: the last live pictures, which remember wrap-up and pause."""
        calls = {leg.bridge: leg.call_id for leg in legs if leg.call_id and leg.bridge}
        seen = set()
        for leg in legs:
            agent = self._floor.agents.get(leg.login) if leg.login else None
            if agent is None:
                continue
            seen.add(agent.login)
            if agent.state is AgentState.OFFLINE:
                call = calls.get(leg.bridge) if leg.bridge else None
                self._floor.restore(self._restored(agent, leg, call, kept.get(agent.login, {})))
                self._limit_wrapup(agent.login)
            elif agent.channel != leg.channel:
                self._floor.parked(agent.login, leg.channel)
        for agent in list(self._floor.agents.values()):
            if agent.channel is not None and agent.login not in seen:
                self._floor.gone(agent.login, agent.channel)
        for desk in self._floor.desks.values():
            self._floor.match(desk)

    def _restored(self, agent: Agent, leg: Leg, call: CallId | None, kept: dict[str, Any]) -> Agent:
        now = self._clock.now()
        found = replace(agent, channel=leg.channel, since=now)
        last = (kept.get("call") or {}).get("id")
        pauses, leaves = bool(kept.get("pause_wanted")), bool(kept.get("leave_wanted"))
        busy = replace(found, pause_wanted=pauses, leave_wanted=pauses and leaves)
        if call is not None:
            return replace(busy, state=AgentState.TALKING, call=call)
        if kept.get("state") == "paused":
            return replace(found, state=AgentState.PAUSED, leave_wanted=leaves)
        if kept.get("state") in {"wrapup", "talking"} and last is not None:
            # He was talking when the dialer went: the call has ended, its disposition is still to be told.
            return replace(busy, state=AgentState.WRAPUP, call=CallId(last))
        return replace(found, state=AgentState.READY)

    def _limit_wrapup(self, login: AgentLogin) -> None:
        agent, desk = self._floor.agents[login], self._floor.desk_of(login)
        if agent.state is AgentState.WRAPUP and agent.call is not None and desk is not None:
            self._lines.limit_wrapup(login, agent.call, desk.wrapup_timeout_s)

    def sweep(self, legs: tuple[Leg, ...]) -> None:
        """Compare every call with its leg; one whose leg is missing again after a while is over."""
        now = self._clock.now()
        by_call = {leg.call_id: leg for leg in legs if leg.call_id}
        missing = {
            call_id
            for call_id, line in self._lines.up.items()
            if call_id not in by_call and (now - line.call.placed_at).total_seconds() > NEW_S
        }
        self._missing = {call_id: self._missing.get(call_id, now) for call_id in missing}
        gone = {call_id for call_id, since in self._missing.items() if (now - since).total_seconds() >= GONE_S}
        for call_id in gone:
            del self._missing[call_id]
        records = read_journal(self._journal) if gone else {}
        for call_id in gone:
            self._lines.post(call_id, self._end(self._lines.up[call_id].call, records.get(call_id), now))
        for call_id, leg in by_call.items():
            line = self._lines.up.get(call_id)
            if line is not None:
                self._catch_up(line, leg, legs, now)
        self._free_stuck_agents(now)

    def _end(self, call: Call, record: JournalledCall | None, now: datetime) -> Vanished:
        log.warning("a call's end was not told, it is taken from the exchange's journal", extra={"call": call.id})
        # An exchange that was killed wrote no end: the call lasted as long as its sound was written.
        ended_at = (record.ended_at if record else None) or self._last_sound(call.id) or now
        if call.answered_at is not None:
            at = max(ended_at, call.joined_at or call.answered_at)
            return Vanished(at=at, answered_at=None, outcome=Outcome.UNKNOWN)
        if record is None:
            return Vanished(at=now, answered_at=None, outcome=Outcome.UNKNOWN)
        if record.answered_at is None:
            outcome = Outcome.UNKNOWN if record.cause is None else unanswered_outcome(record.cause)
            return Vanished(at=ended_at, answered_at=None, outcome=outcome)
        waited_s = (ended_at - record.answered_at).total_seconds()
        outcome = Outcome.ABANDONED if waited_s >= PATIENCE_S else Outcome.HANGUP_EARLY
        return Vanished(at=ended_at, answered_at=record.answered_at, outcome=outcome)

    def _last_sound(self, call_id: CallId) -> datetime | None:
        legs = [self._spool / f"{call_id}-{side}.sln" for side in ("debtor", "agent")]
        written = [leg.stat().st_mtime for leg in legs if leg.exists()]
        return datetime.fromtimestamp(max(written), UTC) if written else None

    def _catch_up(self, line: Line, leg: Leg, legs: tuple[Leg, ...], now: datetime) -> None:
        call = line.call
        if not line.queue.empty():
            return
        match call.state:
            case CallState.PLACED if leg.ringing:
                line.queue.put_nowait(Rang(at=now))
            case CallState.PLACED | CallState.RINGING if leg.alone is Alone.SCREENED:
                line.queue.put_nowait(PickedUp(at=now))
            case CallState.PLACED | CallState.RINGING | CallState.SCREENING if leg.alone is Alone.WAITING:
                line.queue.put_nowait(Answered(at=now))
            case CallState.WAITING if leg.alone is Alone.MESSAGE:
                line.queue.put_nowait(PatienceOver(at=now))
            case CallState.JOINING:
                agent = self._floor.agents.get(call.agent) if call.agent else None
                theirs = next((o for o in legs if agent and o.channel == agent.channel), None)
                if theirs is not None and theirs.bridge is not None and theirs.bridge == leg.bridge:
                    line.queue.put_nowait(Joined(at=now))
                elif agent is None or (now - agent.since).total_seconds() > JOIN_LIMIT_S:
                    line.queue.put_nowait(JoinFailed(at=now, why="the bridge was never told of"))
            case _:
                pass

    def _free_stuck_agents(self, now: datetime) -> None:
        """An agent whose call is over in every respect must not stay with it."""
        for agent in list(self._floor.agents.values()):
            if agent.call is None or agent.call in self._lines.up or self._floor.holds(agent.call):
                continue
            if agent.state is AgentState.RESERVED:
                self._floor.free(agent.login, agent.call)
            elif agent.state is AgentState.TALKING:
                self._floor.agent(agent.login, TalkEnded(at=now))
                self._limit_wrapup(agent.login)
