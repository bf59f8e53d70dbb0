"""Several lists in one campaign: turns by weight, none owed to a list that was empty, none to one that rests."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.tables import lead, lead_list
from dialer.campaign.mix import Mix
from dialer.campaign.turns import reserve_mixed
from dialer.runtime.roster import campaigns
from tests.dialer.campaign.queue import NOW, a_lead

WEIGHTS = st.dictionaries(st.integers(0, 9), st.integers(0, 12), max_size=6)
BATCHES = st.lists(st.integers(1, 30), max_size=12)


@given(weights=WEIGHTS.filter(lambda weights: any(weights.values())), batches=BATCHES)
def test_at_every_moment_each_list_has_had_its_share_within_a_few_turns(
    weights: dict[int, int], batches: list[int]
) -> None:
    mix, had = Mix(weights), Counter[int]()
    for turns in batches:
        had += mix.deal(turns)
        whole = sum(weights.values())
        for name, weight in weights.items():
            assert abs(had[name] - had.total() * weight / whole) < len(weights)
    assert had.total() == sum(batches)
    assert all(had[name] == 0 for name, weight in weights.items() if not weight)


@given(weights=WEIGHTS, batches=BATCHES)
def test_however_the_turns_are_asked_for_they_go_to_the_same_lists(weights: dict[int, int], batches: list[int]) -> None:
    together, one_by_one = Mix(weights), Mix(weights)
    dealt = sum((one_by_one.deal(1) for _ in range(sum(batches))), Counter[int]())
    assert sum((together.deal(turns) for turns in batches), Counter[int]()) == dealt


@given(weights=WEIGHTS.filter(lambda weights: sum(map(bool, weights.values())) > 1), waits=st.integers(1, 50))
def test_a_list_that_had_nothing_to_give_is_owed_nothing(weights: dict[int, int], waits: int) -> None:
    mix = Mix(weights)
    empty = mix.lists[0]
    assert mix.deal(waits, {empty})[empty] == 0
    whole = sum(weights.values())
    assert mix.deal(whole)[empty] <= weights[empty] + len(weights)


def test_a_campaign_without_lists_has_one_queue_and_one_whose_lists_all_rest_has_none() -> None:
    assert Mix({}).deal(3) == {0: 3}
    assert Mix({1: 0, 2: 0}).deal(3) == {}
    assert Mix({1: 5}).deal(3, {1}) == {}


async def test_leads_come_by_weight_and_a_list_that_is_short_is_made_up_for(db: AsyncConnection) -> None:
    await db.execute(insert(lead_list), [
        {"campaign_id": 1, "number": 1, "name": "novos", "weight": 3},
        {"campaign_id": 1, "number": 2, "name": "antigos", "weight": 1},
        {"campaign_id": 1, "number": 3, "name": "descanso", "weight": 0},
    ])  # fmt: skip
    lists = {}
    for n in range(40):
        one = await a_lead(db, f"+5511900000{n:03d}", priority=n)
        lists[one] = 1 if n < 20 else 2 if n < 30 else 3
        await db.execute(update(lead).where(lead.c.id == one).values(list=lists[one]))
    await db.commit()
    mix = Mix(dict((await campaigns(db))[1].lists))
    taken = [await reserve_mixed(db, 1, mix, n, 30, NOW) for n in (8, 4, 40)]
    assert [Counter(lists[int(one.lead_id)] for one in them) for them in taken] == [
        {1: 6, 2: 2},
        {1: 3, 2: 1},
        {1: 11, 2: 7},
    ]
    assert await reserve_mixed(db, 1, mix, 5, 30, NOW) == []
