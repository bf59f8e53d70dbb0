"""What happens at a number of the scripted exchange."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class FarEnd:
    """What happens at a number."""

    kind: Literal["answers", "busy", "rings_out", "dead", "congested", "refused"] = "answers"
    ring_s: float = 2.0
    talk_s: float | None = 20.0
    """Hangs up after so long in the bridge; None: stays until hung up on."""
    patience_s: float = 60.0
    """Hangs up after so long unbridged, counted from the pick-up."""
    says: Literal["hello", "nothing", "much"] = "hello"
    """Who says much is held for a machine where the call is dialled with a detection."""
    heard_after_s: float = 1.6
    """How long a detection listens."""
