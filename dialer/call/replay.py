"""A call rebuilt from its journal: the same facts through the same machine give the same call."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, get_args

from crm.model import Outcome
from dialer.call.machine import step
from dialer.call.model import Call, CallFact

_KINDS: dict[str, type[CallFact]] = {kind.__name__: kind for kind in get_args(CallFact)}


def payload_of(fact: CallFact) -> dict[str, Any]:
    """The fact's own fields as JSON values, without its time."""
    values = {f.name: getattr(fact, f.name) for f in fields(fact) if f.name != "at"}
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in values.items() if v is not None}


def fact_of(kind: str, at: datetime, payload: Mapping[str, Any]) -> CallFact | None:
    """The fact a journal row tells; None for a kind this version does not know."""
    known = _KINDS.get(kind)
    if known is None:
        return None
    values: dict[str, Any] = {f.name: payload.get(f.name) for f in fields(known) if f.name != "at"}
    if values.get("answered_at") is not None:
        values["answered_at"] = datetime.fromisoformat(str(values["answered_at"]))
    if values.get("outcome") is not None:
        values["outcome"] = Outcome(str(values["outcome"]))
    return known(at=at, **values)


def replay(call: Call, facts: Iterable[CallFact]) -> Call:
    """The call after all facts; those out of place change nothing, as they did the first time."""
    for fact in facts:
        call = step(call, fact).call
    return call
