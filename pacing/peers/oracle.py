"""A policy that knows the scenario's true laws: the hard opponent, and the yardstick of what can be had.

The rule of docs/pacing.md with nothing to estimate: call while the expected number of people without an agent stays
below a share of the expected live people, both from the exact distribution of who will answer (Poisson-binomial, by
the age of each ring) less who will be free. That share tunes itself to exactly the target.
"""

import math
import operator
from collections.abc import Hashable

from pacing.peers.excess import Excess
from pacing.peers.floor_view import FloorView, Launch
from pacing.peers.true_laws import AGE_STEP_S, RING_STEP_S, TrueLaws

START = 0.03
LEAST, MOST = 1e-4, 0.6
GAIN = 0.1
LOOK_AHEAD = 1.0
"""Of the mean time to an answer: how far ahead an agent must come free to count for a call in flight."""
NEGLIGIBLE = 1e-7
MOST_LINES_PER_AGENT = 20
"""A bound for lists nobody answers from."""


class Oracle(FloorView):
    """`target`: abandonment steered for, 0 to 1, those taken for machines included. `share`: where the tuning starts.

    Raises ValueError for a target that is no share or a start not above 0.
    """

    def __init__(self, laws: TrueLaws, *, target: float, share: float = START) -> None:
        if not 0.0 <= target <= 1.0:
            raise ValueError(f"target is {target}: give a share of live answers from 0 to 1")
        if share <= 0.0:
            raise ValueError(f"share is {share}: give a start above 0")
        super().__init__()
        self.share = min(max(share, LEAST), MOST)
        """Expected people without an agent for each expected live person, up to which calls are launched."""
        self._laws = laws
        self._target = target
        self._talk_ends, self._wrap_ends = laws.free_within(LOOK_AHEAD * laws.mean_answer_s)
        self._answer_by_age: dict[Hashable, list[float]] = {}
        self._wrapping: dict[Hashable, float] = {}
        self._leaving: set[Hashable] = set()

    def agent(self, agent_id: Hashable, state: str, at: float) -> None:
        """As any peer, and how long each agent has been in wrap-up."""
        super().agent(agent_id, state, at)
        self._wrapping.pop(agent_id, None)
        if state == "wrapup":
            self._wrapping[agent_id] = at
        else:
            self._leaving.discard(agent_id)

    def leaving(self, agent_id: Hashable, at: float) -> None:  # noqa: ARG002 - the face of a policy
        """This agent takes no call after the present one."""
        self._leaving.add(agent_id)

    def placed(self, call_id: Hashable, at: float, kind: str | None = None) -> None:
        """As any peer, with the true answer probabilities of the call's class and hour."""
        super().placed(call_id, at)
        self._answer_by_age[call_id] = self._laws.answer_by_age(at, kind)

    def rang_out(self, call_id: Hashable, at: float, outcome: str) -> None:
        """As any peer."""
        super().rang_out(call_id, at, outcome)
        del self._answer_by_age[call_id]

    def answered(self, call_id: Hashable, at: float) -> None:
        """Let the share grow with each live person, less those who, unseen, were taken for machines."""
        super().answered(call_id, at)
        del self._answer_by_age[call_id]
        lost = self._laws.false_machine
        self._tune(self._laws.human(at) / max(1.0 - lost, NEGLIGIBLE) * (self._target - lost))

    def abandoned(self, call_id: Hashable, at: float) -> None:
        """Let the share shrink."""
        super().abandoned(call_id, at)
        self._tune(-self._laws.human(at))

    def _tune(self, step: float) -> None:
        self.share = min(max(self.share * math.exp(GAIN * step), LEAST), MOST)

    def decide(self, at: float) -> Launch:
        """Launch until the next call would cost too many people their agent."""
        excess = Excess(answers := self._answers(at), self._frees(at))
        spare = self.count("ready") - len(self.waiting)
        live = len(self.waiting) + sum(answers)
        candidate = self._laws.candidate(at)
        room = MOST_LINES_PER_AGENT * (len(self.agents) - self.count("paused")) - self.lines
        # Of the calls launched now, how many answer is binomial; each that does leaves one agent less.
        chances, beyond = [1.0], [excess.beyond(spare)]
        for launch in range(room):
            beyond.append(excess.beyond(spare - launch - 1))
            chances = [
                missed * (1.0 - candidate) + hit * candidate
                for missed, hit in zip([*chances, 0.0], [0.0, *chances], strict=True)
            ]
            live += candidate
            if sum(map(operator.mul, chances, beyond)) > self.share * live:
                return Launch(launch=launch)
        return Launch(launch=max(0, room))

    def _answers(self, at: float) -> list[float]:
        """For each call in flight, the probability that it will be answered."""
        tables = self._answer_by_age
        return [
            table[place] if (place := int((at - since) / RING_STEP_S)) < len(table := tables[call]) else table[-1]
            for call, since in self.in_flight.items()
        ]

    def _frees(self, at: float) -> list[float]:
        """For each agent in talk or wrap-up, the probability of coming free in time."""
        return [
            table[place] if (place := int((at - since) / AGE_STEP_S)) < len(table) else table[-1]
            for since_of, table in ((self.talking, self._talk_ends), (self._wrapping, self._wrap_ends))
            for agent, since in since_of.items()
            if agent not in self._leaving
        ]
