"""What the dialer writes down: every fact, and the end of every call with all that follows from it."""

import asyncio
import json
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from base.database import sql
from base.jobs import defer
from crm import timeline, trunks
from crm.model import AttemptId, Direction
from dialer.call.model import Call, CallFact, CallId, TrunkRefused
from dialer.call.replay import payload_of
from dialer.campaign import leads
from dialer.campaign.callbacks import CODE, NotAgreedError, agreed
from dialer.campaign.leads import Callback, ReservedLead
from dialer.campaign.model import Campaign
from dialer.campaign.recycle import RULES
from dialer.runtime import roster
from dialer.runtime.carriers import Carriers
from dialer.runtime.ends import End, Ends
from dialer.runtime.summary import Language, alone_s, heard, message_s, summary, talked_s, waited_s
from dialer.runtime.ways_out import WaysOut
from dialer.runtime.writer import Writer

log = logging.getLogger(__name__)

FINALISE = "recording.finalise"


class Book:
    """The dialer's pen. Writing is queued; order is kept; nothing is written twice."""

    def __init__(self, *, writer: Writer, carriers: Carriers, ways: WaysOut, spool: Path, language: Language) -> None:
        self._writer = writer
        self._ways = ways
        self._carriers = carriers
        self._spool = spool
        self._language: Language = language
        self._facts: list[dict[str, Any]] = []
        self._ends = Ends(writer, self._write_ends)

    def journal(self, call_id: CallId, fact: CallFact, anomaly: str | None) -> None:
        """Keep the fact; those of one moment go in one statement."""
        payload = payload_of(fact)
        if anomaly is not None:
            payload["anomaly"] = anomaly
        row = {"call_id": call_id, "at": fact.at.isoformat(), "kind": type(fact).__name__, "payload": payload}
        self._facts.append(row)
        if len(self._facts) == 1:
            self._write_journal()

    def finish(self, call: Call, lead: ReservedLead, campaign: Campaign) -> "asyncio.Future[None]":
        """Write the end: outcome, the call, the lead's next turn, the timeline row, and the recording's job."""
        end = End(call=call, lead=lead, campaign=campaign)
        self._ends.add(end)
        return end.done

    def refused(self, call: Call, refusal: TrunkRefused) -> None:
        """Count the trunk's refusal of a call that goes on to another."""

        async def write(connection: AsyncConnection) -> None:
            await self._count(connection, call, cause=refusal.cause, at=refusal.at, talked_s=None)

        self._writer.submit(write)

    async def dispose(self, call_id: CallId, code: str, data: dict[str, Any], agent: str, at: datetime) -> str | None:
        """Write the agent's disposition of a call that has ended; why not, or None when it was written."""
        refused: str | None = None

        async def write(connection: AsyncConnection) -> None:
            nonlocal refused
            try:
                taken = await _write_disposition(connection, call_id, code, data, agent, at)
            except NotAgreedError as why:
                refused = str(why)
            else:
                refused = None if taken else "There is no such disposition, or the call was never connected."

        await self._writer.submit(write)
        return refused

    def _write_journal(self) -> None:
        written = 0

        async def write(connection: AsyncConnection) -> None:
            nonlocal written
            written = len(self._facts)
            await connection.exec_driver_sql(sql("dialer", "journal"), {"rows": json.dumps(self._facts)})

        def committed(_done: object) -> None:
            # Not before: a transaction that fails is tried again with the same rows.
            del self._facts[:written]
            if self._facts:
                self._write_journal()

        self._writer.submit(write).add_done_callback(committed)

    async def _write_ends(self, connection: AsyncConnection, ends: Sequence[End]) -> None:
        first = await leads.finish_many(connection, [_finish(end.call) for end in ends])
        new = [end for end in ends if AttemptId(UUID(end.call.id)) in first]
        for end in new:
            if end.call.answered_at is not None:
                await self._write_answered(connection, end.call)
        await timeline.record_many(connection, [self._entry(end.call, end.lead, end.campaign) for end in new])
        # Last: the rows of the day are every call's, and are locked until the commit; in order, against deadlocks.
        for end in sorted(new, key=lambda end: (end.call.trunk, end.call.caller_id, end.call.hangup_cause or 0)):
            await self._count_end(connection, end.call)
        await self._carriers.count(connection, [(end.call, end.campaign) for end in new])

    async def _count_end(self, connection: AsyncConnection, call: Call) -> None:
        assert call.ended_at is not None
        talked_s = None if call.answered_at is None else (call.ended_at - call.answered_at).total_seconds()
        await self._count(connection, call, cause=call.hangup_cause or 0, at=call.ended_at, talked_s=talked_s)

    async def _count(
        self, connection: AsyncConnection, call: Call, *, cause: int, at: datetime, talked_s: float | None
    ) -> None:
        await trunks.count(
            connection,
            day=self._ways.day_of(call.placed_at),
            trunk=call.trunk,
            caller_id=call.caller_id,
            cause=cause,
            at=at,
            talked_s=talked_s,
        )

    async def _write_answered(self, connection: AsyncConnection, call: Call) -> None:
        values = {
            "id": call.id,
            "answered_at": call.answered_at,
            "agent": call.agent,
            "joined_at": call.joined_at,
            "ended_at": call.ended_at,
            "answer_to_joined_s": waited_s(call),
            "bridged_s": talked_s(call),
            "ended_by": call.ended_by,
        }
        await connection.exec_driver_sql(sql("dialer", "call_end"), values)
        assert call.answered_at is not None
        assert call.ended_at is not None
        base = self._spool / call.id
        await defer(
            connection,
            FINALISE,
            queue="recording",
            args={
                "call_id": call.id,
                "debtor_leg": f"{base}-debtor.sln",
                "agent_leg": f"{base}-agent.sln",
                "answered_at": call.answered_at.isoformat(),
                "ended_at": call.ended_at.isoformat(),
                "answer_to_joined_s": waited_s(call),
                "bridged_s": talked_s(call),
            },
            once=f"{FINALISE}:{call.id}",
        )

    def _entry(self, call: Call, lead: ReservedLead, campaign: Campaign) -> timeline.Entry:
        assert call.outcome is not None
        assert call.ended_at is not None
        rests_s = RULES[call.outcome].debtor_rests_s
        payload = {
            "outcome": call.outcome,
            "hangup_cause": call.hangup_cause,
            "placed_at": call.placed_at.isoformat(),
            "answer_to_joined_s": waited_s(call),
            "talked_s": talked_s(call),
            "waited_s": alone_s(call),
            "message": heard(call),
            "message_s": message_s(call),
            "machine": call.machine,
            "rests_until": None if rests_s is None else (call.ended_at + timedelta(seconds=rests_s)).isoformat(),
            "ended_by": call.ended_by,
            "campaign": campaign.name,
            "number": lead.number,
            "trunk": call.trunk,
            "caller_id": call.caller_id,
        }
        return timeline.Entry(
            debtor_id=lead.debtor_id,
            happened_at=call.placed_at,
            kind="call",
            channel="phone",
            direction=Direction.OUTBOUND,
            actor=f"agent:{call.agent}" if call.agent else "dialer",
            summary=summary(call, self._language),
            payload={k: v for k, v in payload.items() if v is not None},
            links={"attempt": call.id} | ({"call": call.id} if call.answered_at else {}),
            merge_key=timeline.attempt_key(call.id),
        )


async def _callback(
    connection: AsyncConnection, call_id: CallId, data: dict[str, Any], agent: str, at: datetime
) -> Callback | None:
    row = (await connection.exec_driver_sql(sql("dialer", "call_whereabouts"), {"id": call_id})).one_or_none()
    if row is None:
        return None
    try:
        policy = await roster.policy(connection, row.campaign_id, at)
    except ValueError as error:
        raise NotAgreedError(f"The campaign's settings make no sense: {error}.") from error
    return agreed(data, number=row.number, state=row.state, policy=policy, now=at, agent=agent)


def _finish(call: Call) -> leads.Finish:
    assert call.outcome is not None
    assert call.ended_at is not None
    return leads.Finish(
        attempt_id=AttemptId(UUID(call.id)),
        outcome=call.outcome,
        ended_at=call.ended_at,
        hangup_cause=call.hangup_cause,
        trunk=call.trunk,
        caller_id=call.caller_id,
    )


async def _write_disposition(
    connection: AsyncConnection, call_id: CallId, code: str, data: dict[str, Any], agent: str, at: datetime
) -> bool:
    callback = await _callback(connection, call_id, data, agent, at) if code == CODE else None
    if not await leads.dispose(connection, AttemptId(UUID(call_id)), code, callback):
        return False
    values = {"code": code, "data": json.dumps(data), "at": at, "id": call_id}
    row = (await connection.exec_driver_sql(sql("dialer", "call_dispose"), values)).one()
    await timeline.record(
        connection,
        timeline.Entry(
            debtor_id=row.debtor_id,
            happened_at=row.placed_at,
            kind="call",
            channel="phone",
            direction=Direction.OUTBOUND,
            actor=f"agent:{agent}",
            payload={"disposition": code, "disposition_data": data},
            merge_key=timeline.attempt_key(call_id),
        ),
    )
    return True
