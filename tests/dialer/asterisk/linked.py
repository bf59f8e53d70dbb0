"""An exchange linked to the small manager, for tests of what goes over the link."""

import asyncio

from dialer.asterisk.port import ExchangeFact, Originate
from dialer.asterisk.session import AsteriskExchange
from dialer.call.model import CallId
from tests.virtual_time import LoopClock

CALL = CallId("6a7a3c0e-5f0e-4f57-9d5c-0a2f6f2c9b11")
ORDER = Originate(
    call_id=CALL,
    number="+5511987654321",
    trunk="main",
    caller_id="+551130000000",
    ring_timeout_s=25,
    recording_base=f"/spool/alo/{CALL}",
    message="/sounds/message-1",
)


def exchange_at(port: int, *, hands: int = 0) -> AsteriskExchange:
    return AsteriskExchange(host="127.0.0.1", port=port, user="alo", secret="secret", clock=LoopClock(), hands=hands)


async def told(exchange: AsteriskExchange, timeout_s: float = 5.0) -> ExchangeFact:
    return (await asyncio.wait_for(exchange.facts.get(), timeout_s)).fact
