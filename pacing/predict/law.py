"""The predictive law: launch while the people expected to find no agent stay within what the promise allows.

For one more call: the expected overflow E[(answers + waiting - ready - becoming ready)+] over the live answers it is
expected among must not pass the allowed overflow of `promise`. The rule is within half a point of utilisation of the
optimum of the floor's Markov decision process (docs/pacing.md, docs/benchmarks/pacing.md).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pacing.floor import Floor
from pacing.laws import Wish, cover
from pacing.model import AgentState, Heard, Observation, PacingTarget, Reason
from pacing.predict.answer_rate import WEIGHTS
from pacing.predict.answering import Answering
from pacing.predict.estimates import Estimates
from pacing.predict.evidence import EVIDENCE_CALLS, Evidence
from pacing.predict.handling import Handling
from pacing.predict.overflow import Overflow
from pacing.predict.pace import Pace
from pacing.predict.promise import Promise
from pacing.tally import Window

HORIZON_SHARE = 1.0
"""Agents count as becoming ready within this share of the delay of an answer. Simulated floors of 5 to 50 agents lose
0.3 to 0.5 points of utilisation at a half and at two."""

MOST_LINES_PER_AGENT = 25
"""Calls in flight for each agent at work, whatever the estimates say."""

LINES_PER_CALL_ENDED = 2
"""Calls in flight for each call learned from: what is staked on a first guess grows as the guess gets better."""


class Predictive:
    """Learns from what is heard; progressive until there is evidence, and for one agent alone."""

    def __init__(self, target: PacingTarget) -> None:
        self._answering = Answering()
        self._handling = Handling()
        self._promise = Promise(target.abandonment, soft=target.soft, hard=target.hard)
        self._pace = Pace()
        self._evidence = Evidence()

    def hear(self, observation: Observation) -> None:
        """Learn from a call or a stage of an agent's work."""
        self._answering.hear(observation)
        self._handling.hear(observation)
        if observation.heard is Heard.PLACED:
            self._pace.placed()
            self._evidence.placed(observation.at)

    def settled(self, at: float, connected: float, abandoned: float, windows: Sequence[Window]) -> None:
        """Learn how the promise fares."""
        self._promise.settled(at, connected=connected, abandoned=abandoned, windows=windows, held_back=self._pace.held)

    def wish(self, floor: Floor, windows: Sequence[Window]) -> Wish:
        """As many calls as the allowed overflow bears, never fewer than progressive would launch."""
        self._answering.advance(floor)
        covered = cover(floor, 1.0)
        staying = sum(floor.count_staying(state) for state in (AgentState.READY, AgentState.TALKING, AgentState.WRAPUP))
        if staying < 2:
            self._pace.asked(covered.launch, floor.now, ruled=False)
            return covered
        ended = self._evidence.ended(floor, self._answering.calls)
        if not self._evidence.enough:
            shown = covered.reason in {Reason.LAUNCHING, Reason.ALL_AGENTS_COVERED}
            numbers = {"evidence_calls": float(ended), "evidence_wanted": float(EVIDENCE_CALLS)}
            return Wish(launch=covered.launch, reason=Reason.COLD_START if shown else covered.reason, numbers=numbers)
        allowed = self._promise.allowed(floor.now, windows, agents=staying)
        launch, numbers = self._launch(floor, allowed, least=covered.launch, staying=staying)
        reason = covered.reason
        if launch:
            reason = Reason.LAUNCHING
        elif not allowed:
            reason = Reason.ABANDONMENT_LIMIT
        return Wish(launch=launch, reason=reason, numbers=numbers)

    def _launch(self, floor: Floor, allowed: float, *, least: int, staying: int) -> tuple[int, dict[str, float]]:
        waiting = len(floor.waiting)
        capacity = floor.count_staying(AgentState.READY) - waiting
        chance = self._answering.next_call()
        horizon_s = HORIZON_SHARE * self._answering.delay_s
        law = Overflow(self._answering.weights(), self._handling.weights(floor, horizon_s), capacity)
        lines = min(MOST_LINES_PER_AGENT * staying, LINES_PER_CALL_ENDED * self._answering.calls)
        most = max(least, lines - len(floor.in_flight))
        launch = 0
        while launch < most:
            answers, beyond = law.add(chance)
            if launch >= least and WEIGHTS @ beyond > allowed * (waiting + WEIGHTS @ answers):
                break
            law.take(chance)
            launch += 1
        self._pace.asked(launch, floor.now, ruled=launch < most)
        live = waiting + float(WEIGHTS @ law.answers_mean)
        return launch, {
            "answer_probability": float(WEIGHTS @ chance),
            "answer_delay_s": self._answering.delay_s,
            "handle_s": self._handling.handle_s,
            "expected_answers": live,
            "expected_overflow": float(WEIGHTS @ law.beyond),
            "allowed_overflow": allowed * live,
        }

    def estimates(self) -> Estimates:
        """What was learned of calls and talks."""
        ringing, handling = self._answering.ringing, self._handling
        return Estimates(
            answer_probability=ringing.answer_probability,
            answer_s=ringing.answer_s,
            failed_s=ringing.failed_s,
            talk_s=handling.talk_s,
            handle_s=handling.handle_s,
            calls=ringing.calls,
            talks=handling.talks,
        )

    def state(self) -> dict[str, Any]:
        """What was learned, as JSON."""
        return {
            "answering": self._answering.state(),
            "handling": self._handling.state(),
            "promise": self._promise.state(),
            "pace": self._pace.state(),
            "evidence": self._evidence.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over a `state()`; raises KeyError, TypeError or ValueError, and changes nothing, where it is none."""
        answering, handling, pace, evidence = Answering(), Handling(), Pace(), Evidence()
        answering.restore(state["answering"])
        handling.restore(state["handling"])
        pace.restore(state["pace"])
        evidence.restore(state["evidence"])
        self._promise.restore(state["promise"])
        self._answering, self._handling, self._pace, self._evidence = answering, handling, pace, evidence
