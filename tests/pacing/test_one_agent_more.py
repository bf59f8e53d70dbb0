"""Two Pacers hear the same facts of a floor; one was told of one more ready agent before, and never asks for less."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacing import Pacer, PacingTarget
from tests.pacing.floors import live, taught

STATE = taught()
FLOORS = {
    "seed": st.integers(0, 10_000),
    "agents": st.sampled_from([1, 2, 3, 5, 10, 25]),
    "share": st.sampled_from([0.05, 0.2, 0.5, 0.9]),
    "talk_s": st.sampled_from([5.0, 20.0, 60.0]),
    "extra_calls": st.sampled_from([0.0, 0.0, 0.3, 0.9]),
    "held_back": st.sampled_from([0.0, 0.0, 0.5, 0.95]),
    "promise": st.sampled_from([0.005, 0.03, 0.2]),
    "learned": st.one_of(st.none(), st.floats(-3.0, 3.0)),
}


@settings(max_examples=30, deadline=None)
@given(mode=st.sampled_from(["predictive"] * 6 + ["progressive", "ratio"]), **FLOORS)
def test_one_more_ready_agent_never_lowers_the_launch(mode, promise, learned, seed, **floor):
    target = PacingTarget(abandonment=promise)
    fewer, more = (Pacer(mode=mode, target=target, ratio=2.0) for _ in range(2))
    if learned is not None:
        state = json.loads(json.dumps(STATE))
        state["law"]["predictive"]["promise"]["learned"] = learned
        fewer.restore(state)
        more.restore(state)
    more.agent("one more", "ready", 0.0)

    def compare(at: float) -> None:
        one, two = fewer.decide(at), more.decide(at)
        assert two.numbers["ready"] == one.numbers["ready"] + 1
        assert two.launch >= one.launch

    live([fewer, more], random.Random(seed), seconds=90.0, look=compare, **floor)


@pytest.mark.parametrize("agents", [2, 5, 20, 60, 300])
@pytest.mark.parametrize("learned", [-2.0, 0.0, 2.0])
def test_the_more_are_idle_the_more_is_launched(agents, learned):
    state = json.loads(json.dumps(STATE))
    state["law"]["predictive"]["promise"]["learned"] = learned
    launches = []
    for idle in (0, 1, 2, 3, 7, 15):
        pacer = Pacer(mode="predictive")
        pacer.restore(state)
        for agent in range(agents):
            pacer.agent(agent, "talking", 0.0)
        for agent in range(idle):
            pacer.agent(f"idle {agent}", "ready", 0.0)
        launches.append(pacer.decide(30.0).launch)
    assert launches == sorted(launches)
    assert launches[1] >= 1
    assert launches[-1] > 15


@settings(max_examples=15, deadline=None)
@given(**FLOORS)
def test_what_is_restored_in_the_middle_decides_the_same(promise, learned, seed, **floor):
    """The floor is told to both; what was learned goes to the second through JSON, again and again."""
    target = PacingTarget(abandonment=promise)
    first, second = Pacer(mode="predictive", target=target), Pacer(mode="predictive", target=target, seed=9)
    if learned is not None:
        first.restore(STATE)
    asked = 0

    def compare(at: float) -> None:
        nonlocal asked
        if asked % 50 == 0:
            second.restore(json.loads(json.dumps(first.state())))
        asked += 1
        assert first.decide(at) == second.decide(at)

    live([first, second], random.Random(seed), seconds=60.0, look=compare, **floor)
    assert first.anomalies == second.anomalies
    assert second.state() == first.state()
