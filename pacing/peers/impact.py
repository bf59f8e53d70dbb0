"""Impact Dialing's pacing: the last calls are replayed with six ratios, and the ratio that kept agents busiest is used.

Written from the behaviour of repository impactdialing/impactdialing, app/models/simulated_values.rb,
simulated_call_attempt.rb and predictive.rb, lib/scheduler/predictive.rb. A replay each minute draws from the last
calls, plays 4 minutes second by second with each of 1/6 to 6/6 of calls per answer as lines for each idle agent, and
takes the ratio with the best utilisation among those whose abandonment stayed below the acceptable one.
Simplified: the calls replayed are the latest 100 resolved of the last half hour (the source takes any 100 of them);
people who were abandoned, and calls still talking, are not among them; a launched call rings at once.
"""

import math
from collections import deque
from heapq import heappop, heappush

import numpy as np

from pacing.peers.floor_view import FloorView, Launch

REPLAY_EVERY_S = 60.0
DIAL_EVERY_S = 1.0
HISTORY_S = 30 * 60.0
HISTORY_CALLS = 100
LEAST_AGENTS = 5
LEAST_CALLS = 50
CANDIDATES = 6
REPLAY_S = 4 * 60
QUIET_S = 10 * 60.0
MOST_LINES_PER_AGENT = 4.0
RING_ANSWERED_S, RING_UNANSWERED_S, WRAP_UP_S = 10, 15, 5
"""What the source takes every replayed call to last, as it does not measure them."""


class Impact(FloorView):
    """`acceptable_abandonment`: 0 to 1, of the replay and of the day; `seed` draws the replayed calls.

    Raises ValueError where `acceptable_abandonment` is no share.
    """

    def __init__(self, *, acceptable_abandonment: float, seed: int) -> None:
        if not 0.0 <= acceptable_abandonment <= 1.0:
            raise ValueError(f"acceptable_abandonment is {acceptable_abandonment}: give a share from 0 to 1")
        super().__init__()
        self.best_dials = 1.0
        """Lines for each idle agent, from the last replay."""
        self._acceptable = acceptable_abandonment
        self._generator = np.random.default_rng(seed)
        self._calls: deque[tuple[float, int]] = deque(maxlen=HISTORY_CALLS)  # when, seconds of talk or 0
        self._now = 0.0
        self._last_dial_at = -math.inf
        self._next_replay_at = REPLAY_EVERY_S
        self._next_dial_at = 0.0

    def advance(self, at: float) -> None:
        """Replay where a minute has passed."""
        self._now = at
        if at >= self._next_replay_at:
            self._next_replay_at = at + REPLAY_EVERY_S - at % REPLAY_EVERY_S
            self.best_dials = self._replay(at)

    def call_resolved(self, outcome: str, ring_s: float, at: float) -> None:  # noqa: ARG002 - it measures no ringing
        """Keep a call nobody answered for the replay."""
        if outcome != "answered":
            self._calls.append((at, 0))

    def talk_ended(self, talk_s: float) -> None:
        """Keep an answered call for the replay."""
        self._calls.append((self._now, max(1, round(talk_s))))

    def decide(self, at: float) -> Launch:
        """Calls to place, once a second."""
        self.advance(at)
        if at < self._next_dial_at:
            return Launch(launch=0)
        self._next_dial_at = at + DIAL_EVERY_S - at % DIAL_EVERY_S
        launch = max(0, math.floor(self._factor(at) * self.count("ready")) - len(self.in_flight))
        if launch:
            self._last_dial_at = at
        return Launch(launch=launch)

    def _factor(self, at: float) -> float:
        if at - self._last_dial_at > QUIET_S:
            return 1.0
        best = min(self.best_dials, MOST_LINES_PER_AGENT)
        return max(1.0, 0.75 * best) if self.abandonment_today > self._acceptable else best

    def _replay(self, at: float) -> float:
        talks = [talk for when, talk in self._calls if when >= at - HISTORY_S]
        agents = len(self.agents) - self.count("paused")
        answered = sum(1 for talk in talks if talk)
        if agents < LEAST_AGENTS or len(talks) < LEAST_CALLS or not answered:
            return 1.0
        best, best_utilisation = 1.0, 0.0
        for sixth in range(1, CANDIDATES + 1):
            dials = max(1.0, len(talks) / answered * sixth / CANDIDATES)
            utilisation, abandonment = replay(talks, agents, dials, self._generator)
            if abandonment < self._acceptable and utilisation > best_utilisation:
                best, best_utilisation = dials, utilisation
        return best


def replay(talks: list[int], agents: int, dials: float, generator: np.random.Generator) -> tuple[float, float]:
    """Utilisation and abandonment (1 without any answer) of 4 minutes at a ratio, from an empty floor.

    `talks`: seconds each call talked, 0 for one nobody answered; each call is up at most once at a time.
    `dials`: lines for each idle agent.
    """
    resting = list(range(len(talks)))
    ringing: list[tuple[int, int]] = []  # when it ends, which call
    busy: list[tuple[int, int]] = []
    idle, idle_s, answers, abandoned = agents, 0, 0, 0
    for second in range(REPLAY_S):
        idle_s += idle
        while busy and busy[0][0] <= second:
            resting.append(heappop(busy)[1])
            idle += 1
        picked_up: list[int] = []
        while ringing and ringing[0][0] <= second:
            call = heappop(ringing)[1]
            (picked_up if talks[call] else resting).append(call)
        # Agents about to take an answered call still count as idle here, as in the source.
        for _ in range(min(len(resting), int(idle * dials - len(ringing)))):
            chosen = int(generator.integers(len(resting)))
            resting[chosen], resting[-1] = resting[-1], resting[chosen]
            call = resting.pop()
            heappush(ringing, (second + (RING_ANSWERED_S if talks[call] else RING_UNANSWERED_S), call))
        for call in picked_up:
            answers += 1
            if idle:
                idle -= 1
                heappush(busy, (second + talks[call] + WRAP_UP_S, call))
            else:
                abandoned += 1
                resting.append(call)
    return 1.0 - idle_s / (agents * REPLAY_S), abandoned / answers if answers else 1.0
