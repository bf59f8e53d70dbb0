"""The public face: facts in, decisions out. The live engine and the simulators drive exactly this object."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from pacing.agents import AT_WORK
from pacing.floor import Floor
from pacing.laws import Law, Preview, Progressive, Ratio
from pacing.limits import Limits
from pacing.model import AgentState, Anomaly, ClockStart, Decision, Mode, Observation, Outcome, PacingTarget
from pacing.predict.estimates import Estimates
from pacing.predict.law import Predictive
from pacing.tally import Tally, window_name

LOST_AFTER_S = 180.0
"""Longer than any ringing time-out: a call without news for so long has lost its end."""

STATE_VERSION = 2
READABLE_VERSIONS = (1, 2)


class Pacer:
    """Says how many calls to launch, from the facts it is told and nothing else.

    Ids are any hashable. `at` is seconds on one clock in time order; where `state()` is carried over a restart, on a
    clock that goes on over it (POSIX time). Facts that do not fit are counted in `anomalies` and never raise.

    `ratio`: calls for each ready agent, mode "ratio" only. `lost_after_s`: seconds without news after which a ringing
    or waiting call is given up. `seed`: no law draws at random so far, so decisions are the same for any seed.
    Raises ValueError for an unknown mode, a ratio below 1, or a `lost_after_s` not above 0.
    """

    def __init__(
        self,
        mode: Mode | str = Mode.PROGRESSIVE,
        target: PacingTarget | None = None,
        seed: int = 0,
        *,
        ratio: float = 1.0,
        lost_after_s: float = LOST_AFTER_S,
    ) -> None:
        self.mode = Mode(mode)
        self.target = target or PacingTarget()
        self.seed = seed
        self._law = _law(self.mode, self.target, ratio=ratio)
        self._limits = Limits(self.target)
        self._tally = Tally(self.target, self._settled)
        self._floor = Floor(
            lost_after_s=lost_after_s,
            hear=self._hear,
            clock_start=self.target.clock_start,
            answer_to_agent_s=self.target.answer_to_agent_s,
        )

    @property
    def anomalies(self) -> dict[Anomaly, int]:
        """How often facts did not fit the picture, by kind, since this object was made."""
        return dict(self._floor.anomalies)

    @property
    def totals(self) -> dict[str, int]:
        """dials, answers, connected, abandoned, lost (calls given up), over restarts."""
        return dict(self._tally.totals)

    @property
    def agents_staying(self) -> int:
        """Agents at work who will take another call."""
        return sum(self._floor.count_staying(state) for state in AT_WORK)

    def agent(self, agent_id: Hashable, state: AgentState | str, at: float) -> None:
        """An agent is "ready", "talking", "wrapup", "paused" or "offline" from now on; this ends their talk too."""
        self._floor.advance(at)
        self._floor.agent(agent_id, state)

    def leaving(self, agent_id: Hashable, at: float) -> None:
        """The agent will not take another call (a pause is planned, a log-out announced), until told "ready" anew
        from "paused" or "offline", or `staying`.
        """
        self._floor.advance(at)
        self._floor.leaving_told(agent_id, leaving=True)

    def staying(self, agent_id: Hashable, at: float) -> None:
        """The agent told as leaving will take calls after all."""
        self._floor.advance(at)
        self._floor.leaving_told(agent_id, leaving=False)

    def placed(self, call_id: Hashable, at: float, kind: str | None = None) -> None:
        """A call was launched; `kind` names its class (hour, attempt, type of telephone), alike calls alike."""
        self._floor.advance(at)
        self._floor.placed(call_id, kind)
        self._limits.launched(self._floor.now)

    def rang_out(self, call_id: Hashable, at: float, outcome: Outcome | str) -> None:
        """A call ended without a live person: "noanswer", "busy", "failed" or "machine"."""
        self._floor.advance(at)
        self._floor.rang_out(call_id, outcome)

    def answered(self, call_id: Hashable, at: float) -> None:
        """A live person answered, or whoever listened found no machine; a ready agent is held for them until they are
        connected or abandon.
        """
        self._floor.advance(at)
        self._floor.answered(call_id)

    def picked_up(self, call_id: Hashable, at: float) -> None:
        """Somebody or something picked up and is listened to; a person has waited since then. Not needed where
        `answered` is told at once.
        """
        self._floor.advance(at)
        self._floor.listened(call_id, ClockStart.ANSWER)

    def greeting_started(self, call_id: Hashable, at: float) -> None:
        """Who answered began to speak; it matters where the target's clock starts there."""
        self._floor.advance(at)
        self._floor.listened(call_id, ClockStart.GREETING_START)

    def greeting_ended(self, call_id: Hashable, at: float, *, ago_s: float = 0.0) -> None:
        """Who answered has finished the greeting `ago_s` seconds before `at`: it takes a silence to be sure of it. It
        matters where the target's clock starts there.
        """
        self._floor.advance(at)
        self._floor.listened(call_id, ClockStart.GREETING_END, ago_s)

    def connected(self, call_id: Hashable, agent_id: Hashable, at: float) -> None:
        """The live person was joined to an agent, who is talking from now on."""
        self._floor.advance(at)
        self._floor.connected(call_id, agent_id)

    def abandoned(self, call_id: Hashable, at: float) -> None:
        """A live person was not joined in time, or left while waiting."""
        self._floor.advance(at)
        self._floor.abandoned(call_id)

    def decide(self, at: float) -> Decision:
        """How many calls to launch now. Nothing is taken for launched until `placed` tells it."""
        floor = self._floor
        floor.advance(at)
        self._tally.advance(floor.now)
        wish = self._law.wish(floor, self._tally.windows)
        numbers: dict[str, float] = {
            "ready": floor.count_staying(AgentState.READY),
            "talking": floor.count(AgentState.TALKING),
            "wrapup": floor.count(AgentState.WRAPUP),
            "paused": floor.count(AgentState.PAUSED),
            "leaving": floor.leaving,
            "in_flight": len(floor.in_flight),
            "waiting": len(floor.waiting),
            "wanted": wish.launch,
            "anomalies": floor.anomaly_count,
            **wish.numbers,
        }
        for window in self._tally.windows:
            if window.live:
                numbers[f"live_{window_name(window.length_s)}"] = window.live
                numbers[f"abandonment_{window_name(window.length_s)}"] = window.abandonment
        launch, limit = self._limits.cut(wish.launch, floor, numbers)
        # A limit is the reason only where it leaves nothing; otherwise `wanted` beside `launch` shows it.
        reason = limit if limit is not None and not launch else wish.reason
        return Decision(launch=launch, reason=reason, numbers=numbers)

    def estimates(self) -> Estimates:
        """What was learned of calls and talks. Raises ValueError, in words, in a mode that learns nothing of them."""
        if not isinstance(self._law, Predictive):
            raise ValueError(f"mode {self.mode} learns nothing of calls and talks: ask a predictive campaign")  # noqa: TRY004
        return self._law.estimates()

    def state(self) -> dict[str, Any]:
        """What has been learned, as JSON: totals and windows. The floor is not in it: who is ready and which calls
        are up after a restart has to be told anew, or calls would be launched for agents who have gone.
        """
        return {"version": STATE_VERSION, "tally": self._tally.state(), "law": {str(self.mode): self._law.state()}}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what a `state()` had learned, in place of this object's own; the floor stays as it is told.

        Raises ValueError, and changes nothing, where that is not such a state.
        """
        try:
            if state["version"] not in READABLE_VERSIONS:
                raise ValueError(f"its version is {state['version']}, not one of {READABLE_VERSIONS}")
            tally = Tally.from_state(state["tally"], self.target, self._settled)
            # What another mode learned is of no use to this one.
            if learned := state.get("law", {}).get(str(self.mode)):
                self._law.restore(learned)
            self._tally = tally
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"this is no state of a Pacer, start without it: {error!r}") from error

    def _hear(self, observation: Observation) -> None:
        self._tally.hear(observation)
        self._limits.hear(observation)
        # What a failing trunk does to calls says nothing about people.
        if not self._limits.trunk_failing:
            self._law.hear(observation)

    def _settled(self, at: float, connected: float, abandoned: float) -> None:
        self._law.settled(at, connected, abandoned, self._tally.windows)


def _law(mode: Mode, target: PacingTarget, *, ratio: float) -> Law:
    laws: dict[Mode, Callable[[], Law]] = {
        Mode.PREVIEW: Preview,
        Mode.PROGRESSIVE: Progressive,
        Mode.RATIO: lambda: Ratio(ratio),
        Mode.PREDICTIVE: lambda: Predictive(target),
    }
    return laws[mode]()
