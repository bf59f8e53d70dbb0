"""Days as a simulator would hand them out, made up from a few figures."""

import numpy as np

from pacing.simulator import Day, Scenario, Shift

SCENARIO = Scenario(name="made-up", staff=(Shift(agents=10),))
DAY_S = 8 * 3600.0


def made_up_day(
    policy: str = "progressive",
    seed: int = 1,
    *,
    busy: float = 0.7,
    live: int = 1000,
    lost: float = 0.0,
    waits_s: tuple[float, ...] = (10.0, 20.0, 60.0),
    staffed_s: float = 10 * DAY_S,
) -> Day:
    """A day of ten agents whose abandoned people are spread evenly over it."""
    abandoned = round(lost * live)
    was_abandoned = np.zeros(live, dtype=bool)
    was_abandoned[np.linspace(0, live - 1, abandoned).astype(int)] = True
    return Day(
        scenario=SCENARIO,
        policy=policy,
        seed=seed,
        duration_s=DAY_S,
        staffed_s=staffed_s,
        talk_s=0.9 * busy * staffed_s,
        wrap_s=0.1 * busy * staffed_s,
        idle_s=(1 - busy) * staffed_s,
        dials=4 * live,
        live=live,
        connected=live - abandoned,
        abandoned=abandoned,
        false_machines=0,
        idle_spells_s=np.array(waits_s),
        settled_at=np.linspace(1.0, DAY_S, live),
        was_abandoned=was_abandoned,
        decisions=1,
    )


def made_up_days(policy: str, *, busy: float, lost: float, days: int = 6, live: int = 1000) -> list[Day]:
    """Days that differ a little from one another, the same way for every policy."""
    return [
        made_up_day(
            policy,
            seed,
            busy=busy + 0.01 * (seed % 3),
            lost=lost * (1 + 0.02 * (seed % 2)),
            live=live + 10 * (seed % 3),
        )
        for seed in range(1, days + 1)
    ]
