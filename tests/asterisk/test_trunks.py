"""Two carriers on a real Asterisk: congestion goes over to the other, lines and rate are kept, a dead one is passed."""

import os
import signal
import time
from collections import Counter

import pytest
from sqlalchemy import select, text

from crm import trunks
from crm.tables import attempt
from tests.asterisk.conftest import RunningAsterisk
from tests.asterisk.dialer_sip import RINGS, Call, Carrier, Manner
from tests.asterisk.dialer_stage import Stage, number, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

FULL = Manner(refuses="503 Service Unavailable")
SECOND_CALLER_ID = "+552140000000"


class Watch:
    """When INVITEs came to a carrier, and how many of its calls were up at most."""

    def __init__(self, carrier: Carrier) -> None:
        self.times: list[float] = []
        self.most_up = 0
        self._up: list[Call] = []
        self._incoming, carrier.incoming = carrier.incoming, self._watched  # type: ignore[method-assign]

    async def _watched(self, call: Call) -> None:
        self.times.append(time.monotonic())
        self._up = [one for one in self._up if not one.ended.is_set() and not refused(one)] + [call]
        self.most_up = max(self.most_up, len(self._up))
        await self._incoming(call)


def refused(call: Call) -> bool:
    """Whether the last answer to this INVITE was an error."""
    return call._last is not None and call._last[0][0].split(" ")[1][0] in "456"


async def trunks_of(stage: Stage) -> dict[str, tuple[str, str]]:
    """Trunk and caller id of each attempt, by its id."""
    async with stage.engine.connect() as connection:
        rows = await connection.execute(select(attempt.c.id, attempt.c.trunk, attempt.c.caller_id))
        return {str(row.id): (row.trunk, row.caller_id) for row in rows}


async def causes(stage: Stage) -> dict[str, Counter[int]]:
    async with stage.engine.connect() as connection:
        day = (await connection.execute(text("select (now() at time zone 'America/Sao_Paulo')::date"))).scalar_one()
        figures = trunks.by_trunk(await trunks.by_caller_id(connection, day))
    return {name: found.causes for name, found in figures.items()}


async def test_a_call_one_carrier_answers_with_503_goes_over_the_other_at_once(stage: Stage) -> None:
    numbers = [number(n) for n in range(4)]
    stage.carrier.manners |= dict.fromkeys(numbers, FULL)
    stage.second.manners |= dict.fromkeys(numbers, Manner(hangs_up_after_s=1.0))
    await stage.open(numbers=numbers, trunk="both", wrapup_timeout_s=1)
    await stage.start_dialer()
    await stage.park()

    dials = await stage.until_over(*numbers)

    assert {dial.outcome for dial in dials.values()} == {"connected"}
    assert {dial.attempts for dial in dials.values()} == {1}, "the refusal consumed none"
    assert {dial.rows for dial in dials.values()} == {1}
    assert set(stage.second.dials) == set(numbers)
    refused = stage.carrier.dials.total()
    assert refused >= 1
    assert set((await trunks_of(stage)).values()) == {("second", SECOND_CALLER_ID)}
    shown = {call.invite["from"] for call in stage.second.calls.values() if call.invite}
    assert all(SECOND_CALLER_ID in one for one in shown), "only what this trunk declares"
    counted = await causes(stage)
    assert counted["main"] == Counter({34: refused})
    assert counted["second"] == Counter({16: 4})
    waits = [await hop_s(stage, dial.id) for dial in dials.values()]
    told = [wait for wait in waits if wait is not None]
    assert len(told) == refused
    assert max(told) < 0.5


async def hop_s(stage: Stage, call_id: str) -> float | None:
    """Seconds from the refusal to the ringing on the other trunk; None of a call nobody refused."""
    facts = await stage.facts(call_id)
    return (facts["Rang"] - facts["TrunkRefused"]).total_seconds() if "TrunkRefused" in facts else None


async def test_when_both_refuse_it_is_congestion_and_consumes_no_attempt(stage: Stage) -> None:
    stage.carrier.manners[number(0)] = FULL
    stage.second.manners[number(0)] = Manner(refuses="500 Server Internal Error")
    await stage.open(numbers=[number(0)], trunk="both")
    await stage.start_dialer()
    await stage.park()

    dials = await stage.until_over(number(0))

    assert (dials[number(0)].outcome, dials[number(0)].attempts) == ("congestion", 0)
    assert (stage.carrier.dials.total(), stage.second.dials.total()) == (1, 1)
    await stage.until_agent("ana", "ready")


async def test_three_lines_and_five_calls_a_second_are_never_passed(stage: Stage) -> None:
    numbers = [number(n) for n in range(14)]
    stage.second.manners |= dict.fromkeys(numbers[:10], RINGS)
    stage.second.manners |= dict.fromkeys(numbers[10:], Manner(refuses="486 Busy Here"))
    watch = Watch(stage.second)
    await stage.open(agents_=("ana", "bruno"), numbers=numbers, trunk="second", ratio=7, ring_timeout_s=2)
    async with stage.engine.begin() as connection:
        await connection.execute(text("update campaign set caller_id = :n"), {"n": SECOND_CALLER_ID})
    await stage.start_dialer()
    await stage.park()

    await stage.until_over(*numbers, within_s=90)

    assert watch.most_up == 3
    assert len(watch.times) == len(numbers)
    assert all(sum(begin <= other < begin + 0.9 for other in watch.times) <= 5 for begin in watch.times)


async def test_a_carrier_that_does_not_answer_when_asked_is_passed_over_and_told(stage: Stage) -> None:
    await stage.open(numbers=[number(0), number(1)], trunk="probing", wrapup_timeout_s=1)
    await stage.start_dialer()
    await until(lambda: said(stage, "a trunk's carrier is not there"))
    stage.second.manners |= dict.fromkeys([number(0), number(1)], Manner(hangs_up_after_s=0.5))
    await stage.park()

    dials = await stage.until_over(number(0), number(1))

    assert {dial.outcome for dial in dials.values()} == {"connected"}
    assert {one[0] for one in (await trunks_of(stage)).values()} == {"second"}
    assert all(["TrunkRefused" not in await stage.facts(dial.id) for dial in dials.values()])
    assert (await stage.picture())["trunks"]["probed"] == "unreachable"
    assert stage.said("the exchange does not say how it is doing") == 0


async def test_an_exchange_that_does_not_keep_up_is_left_alone_and_dialled_on_again_by_itself(
    stage: Stage, dialers_asterisk: RunningAsterisk
) -> None:
    await stage.open(numbers=[number(0)], wrapup_timeout_s=1)
    stage.carrier.manners[number(0)] = Manner(hangs_up_after_s=0.5)
    await stage.start_dialer()
    pid = dialers_asterisk.process.pid
    assert pid is not None
    # Stopped, not gone: its connections stand, and nothing is answered.
    os.kill(pid, signal.SIGSTOP)
    try:
        await until(lambda: said(stage, "the exchange is about to refuse calls"), within_s=30)
    finally:
        os.kill(pid, signal.SIGCONT)
    await until(lambda: said(stage, "the exchange breathes freely again"), within_s=90)
    await stage.park()
    assert (await stage.until_over(number(0)))[number(0)].outcome == "connected"


async def said(stage: Stage, words: str) -> bool:
    return stage.said(words) > 0
