"""A floor of its own truth, driven by what is decided: the promise is held against that truth, not the picture."""

import heapq
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacing import Pacer


def run(mode: str, ratio: float, seed: int, *, agents: int, hours: float) -> dict[str, float]:
    """Agents take calls for some hours; the most calls held above those allowed, the abandoned and the talks."""
    draw = random.Random(seed)
    pacer = Pacer(mode=mode, ratio=ratio)
    ready = {f"agent-{number}" for number in range(agents)}
    for agent in sorted(ready):
        pacer.agent(agent, "ready", 0.0)
    events: list[tuple[float, int, str, str]] = [(0.0, 0, "tick", "")]
    ringing, talks, abandoned, excess, number = 0, 0, 0, 0.0, 0

    def later(at: float, kind: str, who: str) -> None:
        nonlocal number
        number += 1
        heapq.heappush(events, (at, number, kind, who))

    while events[0][0] < hours * 3600.0:
        at, _, kind, who = heapq.heappop(events)
        if kind == "tick":
            later(at + 1.0, "tick", "")
        elif kind == "ring ends":
            ringing -= 1
            if draw.random() > 0.3:
                pacer.rang_out(who, at, "noanswer")
            else:
                pacer.answered(who, at)
                if ready:
                    agent = min(ready)
                    ready.remove(agent)
                    pacer.connected(who, agent, at + 0.01)
                    talks += 1
                    later(at + draw.expovariate(1 / 90.0) + 0.1, "talk ends", agent)
                else:
                    abandoned += 1
                    pacer.abandoned(who, at + 0.01)
        else:
            pacer.agent(who, "wrapup", at)
            pacer.agent(who, "ready", at)
            ready.add(who)
        for _ in range(pacer.decide(at).launch):
            number += 1
            ringing += 1
            pacer.placed(f"call-{number}", at)
            later(at + draw.uniform(3.0, 25.0), "ring ends", f"call-{number}")
            excess = max(excess, ringing - int(ratio * len(ready)))
    assert pacer.totals["lost"] == 0
    return {"excess": excess, "abandoned": abandoned, "talks": talks}


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), agents=st.integers(1, 12))
def test_progressive_abandons_nobody_and_keeps_every_agent_busy(seed, agents):
    floor = run("progressive", 1.0, seed, agents=agents, hours=0.5)
    assert floor["excess"] <= 0
    assert floor["abandoned"] == 0
    assert floor["talks"] >= agents


@pytest.mark.parametrize("seed", range(3))
def test_a_ratio_talks_more_and_pays_with_abandonment(seed):
    one = run("progressive", 1.0, seed, agents=10, hours=2.0)
    two = run("ratio", 3.0, seed, agents=10, hours=2.0)
    assert two["excess"] <= 0
    assert two["talks"] > one["talks"]
    assert two["abandoned"] > 0
