"""The plan puts somebody behind every number, is the same for the same seed, and fits a short demo."""

from datetime import date
from pathlib import Path

import pytest

from lab.plan import build_plan, robot_agents, spoken
from lab.plan_model import Address, BehaviourKind, CarrierAddress, Plan, PlannedAgent, Side
from lab.sample.mailing import Mailing, write_mailing
from lab.voices.speech import Speech, sentences

TODAY = date(2026, 3, 2)
AGENTS = robot_agents(6)
LETTERS_PER_S = 14
"""Somewhat fewer than the voices say."""


@pytest.fixture
def mailing(tmp_path: Path) -> Mailing:
    return write_mailing(tmp_path / "carteira.csv", 7, TODAY)


def plan_of(mailing: Mailing, seed: int = 7, agents: list[PlannedAgent] = AGENTS) -> Plan:
    return build_plan(
        mailing,
        seed,
        TODAY,
        speech=Speech(mailing.path.parent),
        carrier=CarrierAddress(address="127.0.0.1", port=1, rtp_port_first=2),
        registrar=Address(address="127.0.0.1", port=3),
        web="http://127.0.0.1:4",
        said_dir=mailing.path.parent,
        agents=agents,
    )


def test_the_same_seed_gives_the_same_plan_and_another_does_not(mailing: Mailing):
    assert plan_of(mailing) == plan_of(mailing)
    assert plan_of(mailing).debtors != plan_of(mailing, seed=8).debtors


def test_every_number_of_the_mailing_is_answered_for(mailing: Mailing):
    plan = plan_of(mailing)
    assert set(plan.debtors) == {phone.e164 for who in mailing.debtors for phone in who.phones}
    for who in mailing.debtors:
        assert plan.debtors[who.phones[0].e164].document == who.cpf


def test_everything_said_has_its_sound_among_what_is_rendered(mailing: Mailing):
    speech = Speech(mailing.path.parent)
    rendered = {str(speech.path(text, voice)): text for text, voice in spoken(mailing, 7, TODAY)}
    for debtor in plan_of(mailing).debtors.values():
        for behaviour in debtor.behaviours:
            for said in (*behaviour.turns, *([behaviour.greeting] if behaviour.greeting else [])):
                assert rendered[said.audio] == said.text


def test_agents_greet_debtors_by_their_own_first_name(mailing: Mailing):
    for debtor in plan_of(mailing).debtors.values():
        for behaviour in debtor.behaviours:
            if behaviour.kind is BehaviourKind.TALKS:
                assert debtor.name.split()[0] in behaviour.turns[1].text
                assert behaviour.turns[1].side is Side.AGENT
                assert behaviour.disposition == behaviour.scenario


@pytest.mark.parametrize("seed", [1, 7, 42])
def test_the_speech_to_render_is_bounded_whatever_the_seed(tmp_path: Path, seed: int):
    mailing = write_mailing(tmp_path / "m.csv", seed, TODAY)
    distinct = {(s, voice) for text, voice in spoken(mailing, seed, TODAY) for s in sentences(text)}
    assert sum(len(sentence) for sentence, _ in distinct) / LETTERS_PER_S <= 420


def test_the_speech_to_render_is_the_same_on_every_day(mailing: Mailing):
    assert spoken(mailing, 7, TODAY) == spoken(mailing, 7, date(2026, 9, 17))


def test_six_agents_get_through_the_conversations_in_under_five_minutes(mailing: Mailing):
    # A debtor who was spoken to is not dialled at the second number.
    firsts = [plan_of(mailing).debtors[who.phones[0].e164].behaviours[-1] for who in mailing.debtors]
    turns = [turn for behaviour in firsts for turn in behaviour.turns]
    busy_s = sum(len(turn.text) for turn in turns) / LETTERS_PER_S + 0.7 * len(turns)
    busy_s += sum(behaviour.ring_s + behaviour.wrapup_s for behaviour in firsts if behaviour.turns)
    assert busy_s / 6 < 300


def test_robots_have_secrets_of_their_own():
    robots = robot_agents(6)
    assert len({robot.token for robot in robots}) == len({robot.password for robot in robots}) == 6
    assert [robot.login for robot in robots] == [f"robo-{n}" for n in range(1, 7)]
