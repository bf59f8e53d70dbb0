"""Issabel's pacing: every 3 seconds a call for each free or almost free agent; abandonment feeds nothing back.

Written from the behaviour of repository IssabelFoundation/callcenter, setup/dialer_process/dialer/
CampaignProcess.class.php and Predictor.class.php. An agent in wrap-up is on a break and is not free. Left out: calls
agents scheduled, and several campaigns on one queue.
"""

import math
from collections import deque

from pacing.peers.floor_view import FloorView, Launch

REVIEW_EVERY_S = 3.0
LEAST_SAMPLES = 10
SHORT_CALL_S = 10.0
"""A shorter conversation is a short call and is not among the completed ones."""
OVERCOMMIT_WINDOW_S = 30 * 60.0
LEAST_ANSWER_SHARE = 0.20


class Issabel(FloorView):
    """`predictive` (as shipped on) counts agents about to hang up; `overcommit` (off) divides by the answer share.

    `confidence`: the probability from which a talking agent counts as about to be free. `extra`: calls added to each
    review that places any. `channels`: the campaign's bound on calls, None for no bound.
    Raises ValueError where `confidence` is not between 0 and 1.
    """

    def __init__(
        self,
        *,
        predictive: bool = True,
        overcommit: bool = False,
        confidence: float = 0.97,
        extra: int = 0,
        channels: int | None = None,
    ) -> None:
        if not 0.0 < confidence < 1.0:
            raise ValueError(f"confidence is {confidence}: give a probability between 0 and 1")
        super().__init__()
        self._predictive = predictive
        self._overcommit = overcommit
        self._confidence = confidence
        self._extra = extra
        self._channels = math.inf if channels is None else channels
        self._completed = 0
        self._completed_s = 0.0
        self._answers = 0
        self._answers_s = 0.0
        self._recent: deque[tuple[float, bool]] = deque()  # when, and whether anybody (a machine too) picked up
        self._reached = 0
        self._next_review_at = 0.0

    def call_resolved(self, outcome: str, ring_s: float, at: float) -> None:
        """Keep what the answer time and the answer share are drawn from."""
        if outcome == "answered":
            self._answers += 1
            self._answers_s += ring_s
        reached = outcome in {"answered", "machine"}
        self._recent.append((at, reached))
        self._reached += reached

    def talk_ended(self, talk_s: float) -> None:
        """Keep the mean length of completed calls."""
        if talk_s > SHORT_CALL_S:
            self._completed += 1
            self._completed_s += talk_s

    def decide(self, at: float) -> Launch:
        """Calls to place at a review; none between reviews."""
        if at < self._next_review_at:
            return Launch(launch=0)
        self._next_review_at = at + REVIEW_EVERY_S - at % REVIEW_EVERY_S
        calls = self.count("ready") + self.about_to_be_free(at) - len(self.waiting)
        calls = int(min(max(0, calls), self._channels))
        if calls:
            calls += self._extra
        calls = max(0, calls - len(self.in_flight))
        return Launch(launch=round(calls / self._answer_share(at)) if self._overcommit else calls)

    def about_to_be_free(self, at: float) -> int:
        """Talking agents whose call will, by an exponential law, have ended when a call placed now is answered."""
        if not self._predictive or self._completed < LEAST_SAMPLES:
            return 0
        mean_s = self._completed_s / self._completed
        answer_s = self._answers_s / self._answers
        # The law asks for the whole time from the start of the call, though it is known to have lasted so far.
        ended = (1.0 - math.exp(-(at - since + answer_s) / mean_s) for since in self.talking.values())
        return sum(1 for probability in ended if probability >= self._confidence)

    def _answer_share(self, at: float) -> float:
        """Calls somebody picked up over calls resolved in the last half hour, at least 0.2; 1 without enough calls."""
        while self._recent and self._recent[0][0] < at - OVERCOMMIT_WINDOW_S:
            self._reached -= self._recent.popleft()[1]
        if len(self._recent) < LEAST_SAMPLES or not self._reached:
            return 1.0
        return max(self._reached / len(self._recent), LEAST_ANSWER_SHARE)
