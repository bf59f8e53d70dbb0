"""Asterisk's own journal of calls, read after a crash to learn how calls ended that nobody was there to hear end."""

import csv
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalledCall:
    """One leg as Asterisk wrote it down; what has not happened yet is None."""

    uniqueid: str
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    cause: int | None = None
    """Q.850 cause of the hang-up."""


def read_journal(path: Path) -> dict[str, JournalledCall]:
    """Every leg in the journal by its channel's id; an unfinished last line is passed over, no file means no leg."""
    try:
        with path.open(newline="", errors="replace") as lines:
            return _calls(list(csv.reader(lines)))
    except FileNotFoundError:
        return {}


def _calls(rows: list[list[str]]) -> dict[str, JournalledCall]:
    calls: dict[str, JournalledCall] = {}
    for row in rows:
        try:
            kind, time, uniqueid, extra = row
            at = datetime.fromtimestamp(float(time), UTC)
        except ValueError:
            continue
        call = calls.get(uniqueid) or JournalledCall(uniqueid=uniqueid, started_at=at)
        if kind == "ANSWER" and call.answered_at is None:
            call = replace(call, answered_at=at)
        elif kind == "HANGUP":
            call = replace(call, ended_at=at, cause=_cause(extra))
        calls[uniqueid] = call
    return calls


def _cause(extra: str) -> int | None:
    try:
        return int(json.loads(extra)["hangupcause"])
    except (ValueError, KeyError, TypeError):
        return None
