"""A debtor's numbers in the order of their success: live answers and right parties over tries, shrunk, fading."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.model import Outcome
from crm.tables import contact_point, lead
from dialer.campaign.leads import dispose, release
from dialer.campaign.numbers import HALF_LIFE, LIVE, PRIOR_SUCCESS, Record, success_of
from tests.dialer.campaign.queue import NOW, a_lead, dial, take

DEAD_ENDS = st.sampled_from([Outcome.NOANSWER, Outcome.BUSY, Outcome.MACHINE, Outcome.FAILED])
OUTCOMES = st.sampled_from(list(Outcome))
HISTORY = st.lists(st.tuples(OUTCOMES, st.booleans(), st.integers(0, 400)), max_size=12)


def record(history: list[tuple[Outcome, bool, int]]) -> Record:
    """Dials so many hours apart."""
    kept, at = Record(), NOW
    for outcome, right_party, hours in history:
        at += timedelta(hours=hours)
        kept = kept.dialled(outcome, at, right_party=right_party)
    return kept


@given(history=HISTORY, days=st.integers(0, 5000))
def test_a_score_is_a_share_and_nothing_overflows(history: list[tuple[Outcome, bool, int]], days: int) -> None:
    kept = record(history)
    assert 0 < kept.score((kept.at or NOW) + timedelta(days=days)) < 1
    assert 0 <= kept.successes <= kept.tries <= len(history)


@given(history=HISTORY, outcome=OUTCOMES, hours=st.integers(0, 400))
def test_a_live_answer_never_does_worse_than_a_dead_end_and_the_right_party_best(
    history: list[tuple[Outcome, bool, int]], outcome: Outcome, hours: int
) -> None:
    kept = record(history)
    at = (kept.at or NOW) + timedelta(hours=hours)
    vain = kept.dialled(Outcome.NOANSWER, at).score(at)
    said, right = kept.dialled(outcome, at).score(at), kept.dialled(outcome, at, right_party=True).score(at)
    assert (vain < said < right) if outcome in LIVE else vain == said == right


@given(vain=st.lists(DEAD_ENDS, min_size=1, max_size=9))
def test_a_number_never_tried_stands_between_those_tried_in_vain_and_those_answered(vain: list[Outcome]) -> None:
    tried = record([(outcome, False, 1) for outcome in vain])
    answered = record([(Outcome.CONNECTED, False, 1)])
    at = NOW + timedelta(hours=10)
    assert tried.score(at) < Record().score(at) < answered.score(at)


def test_one_lucky_answer_is_worth_less_than_a_good_record() -> None:
    lucky = record([(Outcome.CONNECTED, True, 1)])
    proven = record([(Outcome.CONNECTED, True, 1)] * 8 + [(Outcome.NOANSWER, False, 1)] * 2)
    assert proven.score(NOW + timedelta(days=1)) > lucky.score(NOW + timedelta(days=1))


@given(history=HISTORY, days=st.lists(st.integers(1, 900), min_size=2, max_size=6, unique=True))
def test_what_is_long_ago_is_slowly_forgotten(history: list[tuple[Outcome, bool, int]], days: list[int]) -> None:
    kept = record(history)
    seen = [kept.score((kept.at or NOW) + timedelta(days=d)) - PRIOR_SUCCESS for d in sorted(days)]
    assert all(abs(later) <= abs(earlier) + 1e-12 and later * earlier >= 0 for earlier, later in pairwise(seen))
    assert kept.score((kept.at or NOW) + 40 * HALF_LIFE) == pytest.approx(PRIOR_SUCCESS)


def test_the_half_life_halves() -> None:
    kept = record([(Outcome.CONNECTED, True, 0)] * 4)
    faded = kept.faded(NOW + HALF_LIFE)
    assert (faded.tries, faded.successes) == (2.0, 2.0)
    assert kept.faded(NOW - HALF_LIFE) is kept


async def numbers(db: AsyncConnection, now: datetime = NOW) -> list[str]:
    """The debtor's numbers in the order in which they would be dialled, were each of them refused."""
    order = []
    while taken := await take(db, now=now):
        order.append(taken[0].number)
        await db.execute(update(contact_point).where(contact_point.c.value == taken[0].number).values(status="blocked"))
        await release(db, taken[0], now)
    await db.execute(update(contact_point).values(status="active"))
    await db.execute(update(lead).values(status="open", closed_reason=None))
    await db.commit()
    return order


async def test_the_database_orders_numbers_as_the_formula_does(db: AsyncConnection) -> None:
    histories: list[list[tuple[Outcome, bool, int]]] = [
        [],
        [(Outcome.NOANSWER, False, 1)],
        [(Outcome.NOANSWER, False, 1)] * 5,
        [(Outcome.CONNECTED, True, 1)],
        [(Outcome.CONNECTED, False, 1), (Outcome.BUSY, False, 1)],
        [(Outcome.CONNECTED, True, 900), (Outcome.NOANSWER, False, 2000)],
        [(Outcome.HANGUP_EARLY, False, 1)] * 3,
        [(Outcome.CONNECTED, True, 1)] * 6 + [(Outcome.MACHINE, False, 1)] * 3,
    ]
    values = [f"+551190000000{n}" for n in range(len(histories))]
    await a_lead(db, *values)
    now, score = NOW + timedelta(days=300), {}
    for value, history in zip(values, histories, strict=True):
        kept = record(history)
        row = {"tries": kept.tries, "successes": kept.successes, "scored_at": kept.at}
        await db.execute(update(contact_point).where(contact_point.c.value == value).values(row))
        score[value] = kept.score(now)
    await db.commit()
    assert await numbers(db, now) == sorted(values, key=lambda value: -score[value])


async def test_every_dial_that_rang_through_is_kept_as_the_formula_says(db: AsyncConnection) -> None:
    await a_lead(db, "+5511900000001")
    await db.execute(update(lead).values(attempts=-50))
    kept, at = Record(), NOW
    for outcome in (Outcome.CONNECTED, Outcome.BUSY, Outcome.CONGESTION, Outcome.HANGUP_EARLY, Outcome.NOANSWER):
        at += timedelta(days=20)
        await db.execute(update(lead).values(next_at=at))
        await dial(db, outcome, now=at)
        if outcome is not Outcome.CONGESTION:
            kept = kept.dialled(outcome, at)
    row: Any = (await db.execute(select(contact_point))).one()
    assert (row.tries, row.successes) == pytest.approx((kept.tries, kept.successes), rel=1e-5)
    assert row.scored_at == kept.at


async def test_the_right_party_is_credited_when_the_agent_says_so(db: AsyncConnection) -> None:
    await a_lead(db, "+5511900000001")
    done = await dial(db, Outcome.CONNECTED)
    row: Any = (await db.execute(select(contact_point))).one()
    assert row.successes == pytest.approx(success_of(Outcome.CONNECTED))
    assert await dispose(db, done, "refusal")
    row = (await db.execute(select(contact_point))).one()
    assert row.successes == pytest.approx(success_of(Outcome.CONNECTED, right_party=True))


async def test_each_day_begins_with_the_best_number_and_goes_on_with_the_next(db: AsyncConnection) -> None:
    await a_lead(db, "+5511900000001", "+5511900000002", "+5511900000003")
    await db.execute(update(lead).values(attempts=-50))
    best = contact_point.c.value == "+5511900000003"
    await db.execute(update(contact_point).where(best).values(tries=3, successes=2, scored_at=NOW))
    dialled = []
    for day in (0, 1):
        for hour in (1, 3, 5):
            at = NOW + timedelta(days=day, hours=hour)
            (taken,) = await take(db, now=at)
            dialled.append(taken.number[-1])
            await release(db, taken, at)
            await dial(db, Outcome.NOANSWER, now=at)
    assert dialled == ["3", "1", "2"] * 2
