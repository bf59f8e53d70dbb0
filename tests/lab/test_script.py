"""Calls keep the rules of the trade, whatever the cast; the mix of behaviours is what a demo needs."""

import random
import re
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.plan_model import BehaviourKind, Side
from lab.script.behaviours import ANSWERS, SCENARIOS, by_quota, scripts
from lab.script.dialogues import CREDITOR, OFFERS, WITHOUT_DEBT, Cast, Scenario, dialogue
from lab.script.messages import CALL_BACK_NUMBER, abandonment_message
from lab.script.people import DEBTORS, debtor_called
from lab.script.words import amount, number

DEBT = re.compile(
    r"dívida|débito|parcela|abert|pag[aou]|cobran|valor|reais|boleto|juros|atras|venc|contrato|acordo|dever|prazo"
)
TODAY = date(2026, 3, 2)

casts = st.builds(
    Cast, debtor=st.sampled_from(DEBTORS), owed=st.sampled_from(OFFERS), offered=st.sampled_from(OFFERS),
    today=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
)  # fmt: skip
scenarios = st.sampled_from(Scenario)


@given(scenarios, casts)
def test_the_person_who_answers_speaks_first_and_the_sides_take_turns(scenario: Scenario, cast: Cast):
    sides = [line.side for line in dialogue(scenario, cast).lines]
    assert sides == [Side.DEBTOR, Side.AGENT] * (len(sides) // 2) + [Side.DEBTOR] * (len(sides) % 2)
    assert 5 <= len(sides) <= 10


@given(scenarios, casts)
def test_the_agent_says_at_once_who_calls_and_for_whom(scenario: Scenario, cast: Cast):
    first = dialogue(scenario, cast).lines[1].text
    assert cast.agent.name in first
    assert CREDITOR in first
    assert cast.debtor.name in first


@given(scenarios, casts)
def test_no_word_of_debt_before_the_debtor_says_who_they_are(scenario: Scenario, cast: Cast):
    for line in dialogue(scenario, cast).lines:
        if line.side is Side.DEBTOR and line.text.startswith("Sim, sou eu"):
            break
        assert not DEBT.search(line.text.lower())


@given(st.sampled_from(sorted(WITHOUT_DEBT)), casts)
def test_third_parties_and_strangers_never_hear_of_a_debt(scenario: Scenario, cast: Cast):
    assert not DEBT.search(" ".join(line.text for line in dialogue(scenario, cast).lines).lower())


@given(st.sampled_from(sorted(set(Scenario) - WITHOUT_DEBT)), casts)
def test_the_debt_is_named_to_the_debtor(scenario: Scenario, cast: Cast):
    told = dialogue(scenario, cast).lines[3].text
    assert "parcela" in told
    assert amount(cast.owed.amount_cents) in told


@given(casts)
def test_a_promise_is_noted_as_it_is_spoken_by_both(cast: Cast):
    said = dialogue(Scenario.PROMISE, cast)
    day = date.fromisoformat(str(said.data["date"]))
    for line in said.lines[4:6]:
        assert amount(int(said.data["amount_cents"])) in line.text
        assert f"dia {number(day.day)}" in line.text
    assert day > cast.today


@given(scenarios, casts)
def test_nothing_is_written_in_digits(scenario: Scenario, cast: Cast):
    assert not re.search(r"[\d$%]", "".join(line.text for line in dialogue(scenario, cast).lines))


@given(scenarios, casts)
def test_each_side_keeps_one_voice(scenario: Scenario, cast: Cast):
    lines = dialogue(scenario, cast).lines
    for side in Side:
        assert len({line.person.voice for line in lines if line.side is side}) == 1


def test_the_abandonment_message_says_who_called_and_how_to_call_back_and_nothing_of_a_debt():
    text, _ = abandonment_message()
    assert CREDITOR in text
    assert CALL_BACK_NUMBER in text
    assert not DEBT.search(text.lower())


@given(st.integers(0, 500), st.integers())
def test_quotas_are_kept_to_the_nearest_whole(count: int, seed: int):
    drawn = Counter(by_quota(ANSWERS, count, random.Random(seed)))
    assert drawn.total() == count
    for kind, share in ANSWERS.items():
        assert abs(drawn[kind] - share * count) <= 1


@pytest.mark.parametrize("seed", range(5))
def test_eighty_debtors_show_every_behaviour_and_every_scenario(seed: int):
    drawn = scripts([DEBTORS[i % len(DEBTORS)] for i in range(84)], TODAY, random.Random(seed))
    first = Counter(behaviours[0].kind for behaviours in drawn)
    assert set(first) == set(BehaviourKind)
    assert 37 <= first[BehaviourKind.TALKS] <= 39
    talks = [script.dialogue for behaviours in drawn for script in behaviours if script.dialogue]
    assert {said.scenario for said in talks} == set(SCENARIOS)
    for behaviours in drawn:
        assert all(2 <= script.ring_s <= 8 for script in behaviours)


def test_a_busy_line_may_talk_on_its_next_dial():
    drawn = scripts([DEBTORS[0]] * 84, TODAY, random.Random(1))
    later = [tuple(script.kind for script in behaviours) for behaviours in drawn if len(behaviours) > 1]
    assert set(later) == {(BehaviourKind.BUSY, BehaviourKind.TALKS)}


def test_a_first_name_finds_its_voice():
    assert debtor_called("Carlos").voice == "em_alex"
    with pytest.raises(KeyError):
        debtor_called("Ninguém")
