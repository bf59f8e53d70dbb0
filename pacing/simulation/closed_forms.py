"""What theory says of simple floors: the measure for the simulator, and the floor under any policy.

Open loop means that people answer as a Poisson stream whatever the agents do; a policy that does no better is broken.
"""

import math

from pacing.simulation.checks import within


def progressive_utilisation(*, human: float, answer_s: float, other_s: float, handle_s: float) -> float:
    """Share of time in talk and wrap-up where each ready agent has exactly one call at a time; any number of agents.

    A renewal argument: each person talked to costs `answer_s`, and (1 - human)/human calls of `other_s` before.
    `human`: share of calls a person answers, above 0. `answer_s`, `other_s`: mean seconds from the dial to an answer
    and to any other end. `handle_s`: mean talk and wrap-up. Raises ValueError outside these ranges.
    """
    within("human", human, 1e-9, 1.0)
    return handle_s / (handle_s + answer_s + (1.0 - human) / human * other_s)


def erlang_b(agents: int, offered: float) -> float:
    """Share of a Poisson stream that finds every agent busy and is lost at once; any law of handling times.

    `offered`: calls a second times mean handling seconds. Recursion on the number of agents of the loss formula of
    A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic telephone
    exchanges" (1917). Raises ValueError for fewer than 0 agents or an offered load not above 0.
    """
    within("agents", agents, 0, math.inf)
    within("offered", offered, 1e-12, math.inf)
    lost = 1.0
    for number in range(1, agents + 1):
        lost = offered * lost / (number + offered * lost)
    return lost


def abandonment(agents: int, *, answers_per_s: float, handle_s: float, grace_s: float) -> float:
    """Share of a Poisson stream that waits `grace_s` in vain, in the order of arrival: the queue M/M/N+D.

    `handle_s` is the mean of an exponential law. From the density of the offered wait, proportional to
    exp((answers_per_s - agents/handle_s)·x) up to the grace: F. Baccelli and G. Hebuterne, "On queues with impatient
    customers" (Performance '81). Without grace it is `erlang_b`. Raises ValueError for less than one agent, or rates
    and times not above 0.
    """
    within("agents", agents, 1, math.inf)
    within("answers_per_s", answers_per_s, 1e-12, math.inf)
    within("handle_s", handle_s, 1e-9, math.inf)
    within("grace_s", grace_s, 0.0, 1e9)
    service = agents / handle_s
    drift = answers_per_s - service
    growth = drift * grace_s
    # All relative to the chance that exactly one agent is free, which makes the rest of the sum 1/B(N-1); and to
    # exp(growth) where that is above 1, so that a long grace does not overflow.
    some_free = math.exp(min(-growth, 0.0)) / erlang_b(agents - 1, answers_per_s * handle_s)
    waits = answers_per_s * (-math.expm1(-abs(growth)) / abs(drift) if drift else grace_s)
    gives_up = answers_per_s * math.exp(min(growth, 0.0)) / service
    return gives_up / (some_free + waits + gives_up)


def open_loop_utilisation(agents: int, *, abandonment_share: float, handle_s: float, grace_s: float) -> float:
    """Share of time in talk at which an open loop abandons exactly `abandonment_share` of the people who answer.

    The answer rate is found by halving. Raises ValueError where the share is not between 0 and 0.5.
    """
    within("abandonment_share", abandonment_share, 1e-6, 0.5)
    low, high = 1e-6 / handle_s, 4.0 * agents / handle_s
    for _ in range(100):
        middle = (low + high) / 2.0
        if abandonment(agents, answers_per_s=middle, handle_s=handle_s, grace_s=grace_s) < abandonment_share:
            low = middle
        else:
            high = middle
    return low * handle_s * (1.0 - abandonment_share) / agents
