"""What a campaign has learned of its calls and its talks, in the few figures people know them by."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimates:
    """Figures of the calls and talks learned from, the latest counting most.

    Raises ValueError, naming the field, for a probability outside 0 to 1, a length of time not above 0, or handling
    shorter than the talk in it.
    """

    answer_probability: float
    """Share of calls that reach a live person."""
    answer_s: float
    """Mean seconds of ringing before a live person answers."""
    failed_s: float
    """Mean seconds of ringing of a call that reaches nobody."""
    talk_s: float
    """Mean seconds of talk."""
    handle_s: float
    """Mean seconds an agent is taken by a call, wrap-up in it."""
    calls: int = 0
    """Calls learned from."""
    talks: int = 0
    """Talks learned from."""

    def __post_init__(self) -> None:
        if not 0.0 < self.answer_probability <= 1.0:
            raise ValueError(f"answer_probability is {self.answer_probability}: give a share above 0, at most 1")
        for name in ("answer_s", "failed_s", "talk_s", "handle_s"):
            if not 0.0 < (value := getattr(self, name)) < math.inf:
                raise ValueError(f"{name} is {value}: give seconds above 0")
        if self.handle_s < self.talk_s:
            raise ValueError(f"handle_s is {self.handle_s}, below talk_s: give {self.talk_s} or more")
