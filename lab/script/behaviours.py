"""Who does what when their telephone rings: a mix by quota, so that a run of eighty has a little of everything."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from lab.plan_model import BehaviourKind
from lab.script.dialogues import OFFERS, Cast, Dialogue, Scenario, dialogue
from lab.script.messages import GREETINGS
from lab.script.people import Person
from lab.voices.fetch import Voice

ANSWERS: Mapping[BehaviourKind, float] = {
    BehaviourKind.TALKS: 0.45,
    BehaviourKind.VOICEMAIL: 0.12,
    BehaviourKind.BUSY: 0.10,
    BehaviourKind.NO_ANSWER: 0.20,
    BehaviourKind.DEAD: 0.06,
    BehaviourKind.HANGS_UP: 0.07,
}
"""The shares of first dials that end so."""

SCENARIOS: Mapping[Scenario, float] = {
    Scenario.PROMISE: 0.40,
    Scenario.EXTENSION: 0.14,
    Scenario.DISPUTE: 0.10,
    Scenario.ALREADY_PAID: 0.08,
    Scenario.REFUSAL: 0.07,
    Scenario.WRONG_PERSON: 0.08,
    Scenario.THIRD_PARTY: 0.07,
    Scenario.CALLBACK: 0.06,
}
"""The shares of calls with somebody who talks."""

_RING_S = (2.0, 8.0, 3.0)
"""Least, most, most often: people pick up early or late, mostly early."""
_WRAPUP_S = (0.8, 2.0)
_Kind = TypeVar("_Kind")


@dataclass(frozen=True, kw_only=True)
class Script:
    """What one number does on one dial; what is said, if anything, is not rendered yet."""

    kind: BehaviourKind
    ring_s: float
    wrapup_s: float = 0.0
    dialogue: Dialogue | None = None
    greeting: tuple[str, Voice] | None = None


def by_quota(shares: Mapping[_Kind, float], count: int, chance: random.Random) -> list[_Kind]:
    """`count` kinds in random order, each as often as its share says, to the nearest whole number."""
    bounds: list[_Kind] = []
    through = 0.0
    for kind, share in shares.items():
        through += share
        bounds += [kind] * (round(through * count) - len(bounds))
    chance.shuffle(bounds)
    return bounds


def scripts(people: Sequence[Person], today: date, chance: random.Random) -> list[tuple[Script, ...]]:
    """The behaviours of each person's number, one per dial in turn; every second busy line talks on its next dial."""
    kinds = by_quota(ANSWERS, len(people), chance)
    talks = kinds.count(BehaviourKind.TALKS) + (kinds.count(BehaviourKind.BUSY) + 1) // 2
    scenarios = iter(by_quota(SCENARIOS, talks, chance))
    planned = []
    busy = 0
    for kind, person in zip(kinds, people, strict=True):
        behaviours = [_script(kind, person, next(scenarios) if kind is BehaviourKind.TALKS else None, today, chance)]
        if kind is BehaviourKind.BUSY:
            busy += 1
            if busy % 2:
                behaviours.append(_script(BehaviourKind.TALKS, person, next(scenarios), today, chance))
        planned.append(tuple(behaviours))
    return planned


def _script(
    kind: BehaviourKind, person: Person, scenario: Scenario | None, today: date, chance: random.Random
) -> Script:
    ring_s = round(chance.triangular(*_RING_S), 1)
    if kind is BehaviourKind.VOICEMAIL:
        return Script(kind=kind, ring_s=ring_s, greeting=chance.choice(GREETINGS))
    if scenario is None:
        return Script(kind=kind, ring_s=ring_s)
    owed = chance.choice(OFFERS)
    # One promise in three is for less than what is owed.
    lower = [offer for offer in OFFERS if offer.amount_cents < owed.amount_cents]
    offered = chance.choice(lower) if lower and chance.random() < 1 / 3 else owed
    cast = Cast(debtor=person, owed=owed, offered=offered, today=today)
    wrapup_s = round(chance.uniform(*_WRAPUP_S), 1)
    return Script(kind=kind, ring_s=ring_s, wrapup_s=wrapup_s, dialogue=dialogue(scenario, cast))
