"""Everything known of dial attempts, for one row on a page each."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.tables import agent, attempt, call, campaign, contact_point, debtor, disposition, timeline
from crm.timeline import attempt_key
from recording.tables import recording
from transcribe.tables import segment, transcript
from web.format import day, money
from web.i18n import TEXTS, Language

ATTEMPT_KEY = attempt_key("")


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One turn of speech; seconds from the recording's start."""

    position: int
    speaker: str
    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, kw_only=True)
class CallView:
    """One dial attempt as pages show it; what is not known yet is None."""

    id: UUID
    debtor_id: int
    debtor_name: str
    number: str
    campaign: str
    placed_at: datetime
    outcome: str | None
    ended_at: datetime | None
    answered_at: datetime | None
    agent: str | None
    bridged_s: float | None
    answer_to_joined_s: float | None
    ended_by: str | None
    disposition_labels: Mapping[Language, str] | None
    disposition_data: Mapping[str, Any]
    recording: str | None
    recording_s: float | None
    transcript: str | None
    transcript_problem: str | None
    words: int
    told: Mapping[str, Any]
    """What the timeline's row holds beside the sentence."""
    segments: tuple[Segment, ...] = ()

    @property
    def ring_s(self) -> float | None:
        """Seconds from the dial to the answer, or to the end when nobody answered."""
        until = self.answered_at or self.ended_at
        return (until - self.placed_at).total_seconds() if until else None

    def disposition(self, language: Language) -> str | None:
        return self.disposition_labels[language] if self.disposition_labels else None

    def facts(self, language: Language) -> list[tuple[str, str]]:
        """What the agent wrote down with the disposition, in words; what we have no word for stands as it was given."""
        plain = (str, int, float)
        given = [(str(k), v) for k, v in self.disposition_data.items() if isinstance(v, plain) and str(v)]
        return [(TEXTS[language].get(f"given.{name}", name), _said(name, value, language)) for name, value in given]


def _said(name: str, value: str | float, language: Language) -> str:
    if name == "amount_cents" and isinstance(value, int):
        return money(value, language)
    if name == "date" and isinstance(value, str):
        with suppress(ValueError):
            return day(date.fromisoformat(value), language)
    return str(value)


def attempt_id(merge_key: str) -> UUID | None:
    """The attempt a timeline row tells of, None for rows about something else."""
    if not merge_key.startswith(ATTEMPT_KEY):
        return None
    try:
        return UUID(merge_key.removeprefix(ATTEMPT_KEY))
    except ValueError:
        return None


async def details(connection: AsyncConnection, ids: Collection[UUID], *, words: bool) -> dict[UUID, CallView]:
    """The attempts with these ids; with `words`, also what was said in each."""
    if not ids:
        return {}
    query = (
        select(
            attempt.c.id,
            attempt.c.debtor_id,
            debtor.c.name.label("debtor_name"),
            contact_point.c.value.label("number"),
            campaign.c.name.label("campaign"),
            attempt.c.placed_at,
            attempt.c.outcome,
            attempt.c.ended_at,
            call.c.answered_at,
            agent.c.name.label("agent"),
            call.c.bridged_s,
            call.c.answer_to_joined_s,
            call.c.ended_by,
            disposition.c.label_pt,
            disposition.c.label_en,
            call.c.disposition_data,
            recording.c.status.label("recording"),
            recording.c.seconds.label("recording_s"),
            transcript.c.status.label("transcript"),
            transcript.c.problem.label("transcript_problem"),
            transcript.c.words,
            timeline.c.payload.label("told"),
        )
        .select_from(attempt)
        .join(debtor, debtor.c.id == attempt.c.debtor_id)
        .join(contact_point, contact_point.c.id == attempt.c.contact_point_id)
        .join(campaign, campaign.c.id == attempt.c.campaign_id)
        .outerjoin(call, call.c.id == attempt.c.id)
        .outerjoin(agent, agent.c.id == call.c.agent_id)
        .outerjoin(disposition, disposition.c.code == call.c.disposition)
        .outerjoin(recording, recording.c.call_id == attempt.c.id)
        .outerjoin(transcript, transcript.c.call_id == attempt.c.id)
        .outerjoin(timeline, timeline.c.merge_key == ATTEMPT_KEY + cast(attempt.c.id, Text))
        .where(attempt.c.id.in_(ids))
    )
    said = await _segments(connection, ids) if words else {}
    return {row["id"]: _view(dict(row), said) for row in (await connection.execute(query)).mappings()}


async def latest(connection: AsyncConnection, limit: int) -> list[CallView]:
    """The calls whose timeline rows are the newest: read backwards along the primary key, whatever the table's size."""
    query = select(timeline.c.merge_key).where(timeline.c.kind == "call").order_by(timeline.c.id.desc()).limit(limit)
    ids = [found for key in (await connection.execute(query)).scalars() if (found := attempt_id(key))]
    known = await details(connection, ids, words=False)
    return sorted((known[i] for i in ids if i in known), key=lambda view: view.ended_at or view.placed_at, reverse=True)


async def _segments(connection: AsyncConnection, ids: Collection[UUID]) -> Mapping[UUID, tuple[Segment, ...]]:
    query = select(segment).where(segment.c.call_id.in_(ids)).order_by(segment.c.call_id, segment.c.start_s)
    by_call: dict[UUID, list[Segment]] = defaultdict(list)
    for row in await connection.execute(query):
        by_call[row.call_id].append(
            Segment(position=row.position, speaker=row.speaker, start_s=row.start_s, end_s=row.end_s, text=row.text)
        )
    return {call_id: tuple(segments) for call_id, segments in by_call.items()}


def _view(values: dict[str, Any], said: Mapping[UUID, tuple[Segment, ...]]) -> CallView:
    label_pt, label_en = values.pop("label_pt"), values.pop("label_en")
    values["words"] = values["words"] or 0
    values["told"] = values["told"] or {}
    values["disposition_data"] = values["disposition_data"] or {}
    labels = {Language.PT_BR: label_pt, Language.EN: label_en} if label_pt else None
    return CallView(**values, disposition_labels=labels, segments=said.get(values["id"], ()))
