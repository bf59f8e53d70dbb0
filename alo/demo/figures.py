"""Everything the report says, gathered from the database and from what the lab wrote down of itself."""

import csv
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from alo.demo.stage import CAMPAIGN, Stage
from base.database import plain_url
from transcribe.score import WordErrors, word_errors

NEAR = timedelta(seconds=1.5)


@dataclass(frozen=True, kw_only=True)
class Dial:
    """One attempt with all that hangs on it."""

    id: str
    debtor_id: int
    number: str
    placed_at: datetime
    outcome: str | None
    answered_at: datetime | None
    joined_at: datetime | None
    ended_at: datetime | None
    wait_s: float | None
    bridged_s: float | None
    agent: str | None
    disposition: str | None
    wrapped_up_at: datetime | None
    recording: str | None
    recording_s: float | None
    transcript: str | None
    timeline_rows: int


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One channel of one call, scored against what was said on it, and against what the other side said."""

    call_id: str
    speaker: str
    errors: WordErrors
    swapped: WordErrors


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What happened in the demo."""

    dials: tuple[Dial, ...]
    heard: tuple[Heard, ...]
    unscored: int
    """Channels where a sentence was cut off by a hang-up, so that nobody knows the words said."""
    invites: Counter[str]
    """INVITEs the carrier saw, by number."""
    overlaps: int
    behaviours: dict[str, list[str]]
    """What the carrier did, by number, dial by dial."""
    imported: dict[str, int]
    rejected: dict[int, str]
    """Reason by line."""

    @property
    def answered(self) -> list[Dial]:
        return [dial for dial in self.dials if dial.answered_at is not None]

    @property
    def connected(self) -> list[Dial]:
        return [dial for dial in self.dials if dial.joined_at is not None]


DIALS = """
select a.id::text as id, a.debtor_id, p.value as number, a.placed_at, a.outcome, c.answered_at, c.joined_at,
       coalesce(c.ended_at, a.ended_at) as ended_at, c.answer_to_joined_s as wait_s, c.bridged_s, g.login as agent,
       c.disposition, c.wrapped_up_at, r.status as recording, r.seconds as recording_s, t.status as transcript,
       (select count(*) from timeline tl where tl.merge_key = 'attempt:' || a.id) as timeline_rows
from attempt a
join campaign m on m.id = a.campaign_id
join contact_point p on p.id = a.contact_point_id
left join call c on c.id = a.id
left join agent g on g.id = c.agent_id
left join recording r on r.call_id = a.id
left join transcript t on t.call_id = a.id
where m.name = %s
order by a.placed_at
"""
WORDS = """
select call_id::text as call_id, speaker, string_agg(text, ' ' order by position) as text
from transcript_segment
group by call_id, speaker
"""
IMPORT = "select rows_read, rows_new, rows_known, rows_rejected from import_batch order by id limit 1"


def gather(stage: Stage, url: str) -> Figures:
    """Read everything once, at the end."""
    with psycopg.connect(plain_url(url), row_factory=namedtuple_row) as connection:
        dials = tuple(Dial(**row._asdict()) for row in connection.execute(DIALS, [CAMPAIGN]))
        words = {(call, speaker): text for call, speaker, text in connection.execute(WORDS)}
        imported = connection.execute(IMPORT).fetchone()
    debtors_said, robots_said = _rows(stage.said / "carrier.jsonl"), _rows(stage.said / "robots.jsonl")
    stats = json.loads(stage.carrier_stats.read_text()) if stage.carrier_stats.exists() else {}
    behaviours: dict[str, list[str]] = defaultdict(list)
    plan = json.loads(stage.plan_file.read_text())
    for row in debtors_said:
        if row.get("event") == "invite":
            kinds = plan["debtors"].get(row["number"], {}).get("behaviours", [])
            index = row["behaviour"]
            behaviours[row["number"]].append(kinds[index]["kind"] if 0 <= index < len(kinds) else "unknown")
    heard, unscored = _score(dials, debtors_said, robots_said, words)
    return Figures(
        dials=dials,
        heard=tuple(heard),
        unscored=unscored,
        invites=Counter(stats.get("by_number", {})),
        overlaps=len(stats.get("overlaps", {})),
        behaviours=dict(behaviours),
        imported=imported._asdict() if imported else {},
        rejected=rejected_lines(stage.mailing_file.with_suffix(".rejected.csv")),
    )


def rejected_lines(path: Path) -> dict[int, str]:
    """The reason for each rejected line of an import."""
    if not path.exists():
        return {}
    with path.open(encoding="latin-1", newline="") as lines:
        return {int(row["linha"]): row["motivo"] for row in csv.DictReader(lines, delimiter=";")}


def _rows(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _score(
    dials: tuple[Dial, ...],
    debtors_said: list[dict[str, Any]],
    robots_said: list[dict[str, Any]],
    words: dict[tuple[str, str], str],
) -> tuple[list[Heard], int]:
    heard, unscored = [], 0
    for dial in dials:
        if dial.transcript != "done":
            continue
        said = {
            "debtor": _of_debtor(dial, debtors_said),
            "agent": [r for r in robots_said if r.get("call_id") == dial.id],
        }
        for speaker, other in (("debtor", "agent"), ("agent", "debtor")):
            if not all(row["completed"] for row in said[speaker]):
                unscored += 1
                continue
            reference = " ".join(row["text"] for row in said[speaker])
            heard.append(
                Heard(
                    call_id=dial.id,
                    speaker=speaker,
                    errors=word_errors(reference, words.get((dial.id, speaker), "")),
                    swapped=word_errors(reference, words.get((dial.id, other), "")),
                )
            )
    return heard, unscored


def _of_debtor(dial: Dial, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if dial.answered_at is None or dial.ended_at is None:
        return []
    return [
        row
        for row in said
        if row.get("number") == dial.number
        and "text" in row
        and dial.answered_at - NEAR <= datetime.fromisoformat(row["started_at"]) <= dial.ended_at + NEAR
    ]
