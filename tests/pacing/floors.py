"""A small floor of its own truth that tells several Pacers the same facts; the first one decides for it."""

import heapq
import random
from collections.abc import Callable
from typing import Any

from pacing import Pacer

GRACE_S = 2.0


def live(
    pacers: list[Pacer],
    draw: random.Random,
    *,
    agents: int,
    share: float,
    talk_s: float,
    seconds: float,
    start_s: float = 0.0,
    extra_calls: float = 0.0,
    held_back: float = 0.0,
    look: Callable[[float], None] = lambda at: None,
) -> None:
    """So many seconds of a floor whose calls are answered by a `share`.

    `extra_calls`: how often calls are launched nobody decided; `held_back`: how often a decision is not followed.
    `look` is called with each second and fact, before anything is launched.
    """
    ready, waiting, number = list(range(agents)), [], 0
    events: list[tuple[float, int, str, Any]] = [(start_s, 0, "tick", None)]

    def later(at: float, what: str, who: Any) -> None:
        nonlocal number
        number += 1
        heapq.heappush(events, (at, number, what, who))

    def tell(fact: str, *words: Any) -> None:
        for pacer in pacers:
            getattr(pacer, fact)(*words)

    def join(call: Any, agent: int, at: float) -> None:
        tell("connected", call, agent, at)
        later(at + draw.expovariate(1.0 / talk_s), "free", agent)

    for agent in ready:
        tell("agent", agent, "ready", start_s)
    while events[0][0] < start_s + seconds:
        at, _, what, who = heapq.heappop(events)
        if what == "tick":
            later(at + 1.0, "tick", None)
        elif what == "free":
            tell("agent", who, "wrapup", at)
            tell("agent", who, "ready", at)
            ready.append(who)
            if waiting:
                join(waiting.pop(0), ready.pop(), at)
        elif what == "gone":
            if who in waiting:
                waiting.remove(who)
                tell("abandoned", who, at)
        elif draw.random() >= share:
            tell("rang_out", who, at, draw.choice(["noanswer", "busy", "machine"]))
        else:
            tell("answered", who, at)
            if ready:
                join(who, ready.pop(0), at)
            else:
                waiting.append(who)
                later(at + GRACE_S, "gone", who)
        look(at)
        launch = pacers[0].decide(at).launch if draw.random() >= held_back else 0
        for _ in range(launch + (draw.random() < extra_calls)):
            number += 1
            tell("placed", (start_s, number), at)
            later(at + draw.uniform(2.0, 25.0), "ring ends", (start_s, number))


def taught(seed: int = 0, **target: Any) -> dict[str, Any]:
    """What a predictive Pacer has learned at second 0, of 10 agents in the quarter of an hour before."""
    pacer = Pacer(mode="predictive", **target)
    live([pacer], random.Random(seed), agents=10, share=0.3, talk_s=40.0, seconds=900.0, start_s=-900.0)
    return pacer.state()
