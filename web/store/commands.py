"""Asking the dialer for something on behalf of an agent, and taking the wish back when nobody hears it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from crm import commands
from crm.errors import CommandNotAnsweredError

WITHDRAWN = "withdrawn: nobody answered"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """done: the dialer dealt with it; reason: why it refused, None when it did as asked."""

    done: bool
    reason: str | None


async def ask(engine: AsyncEngine, kind: str, payload: dict[str, Any], *, patience_s: float) -> Answer:
    """Hand the dialer a command and wait for its answer; one it does not take in time is withdrawn."""
    async with engine.begin() as connection:
        asked = await commands.ask(connection, kind, payload)
    try:
        return Answer(done=True, reason=await commands.wait(engine, asked, patience_s))
    except CommandNotAnsweredError:
        # A dialer that comes back later must not hang up on somebody because of an old wish.
        async with engine.begin() as connection:
            await commands.done(connection, asked, WITHDRAWN)
    # It is settled now: by us, or by a dialer that answered in the last moment.
    reason = await commands.wait(engine, asked, patience_s)
    return Answer(done=reason != WITHDRAWN, reason=reason)
