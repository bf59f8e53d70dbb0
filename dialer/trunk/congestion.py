"""A trunk that answers congestion rests, longer each time, and is then tried with one call at a time."""

from dataclasses import dataclass

FIRST_REST_S = 0.5
LONGEST_REST_S = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Congestion:
    """refusals: rests without a call carried since. began_s: of the last rest. trying: a call finds out whether it is
    over. Times in seconds.
    """

    refusals: int = 0
    began_s: float = 0.0
    trying: bool = False

    @property
    def rest_s(self) -> float:
        """Length of the rest."""
        # The exponent is bounded: 2.0 ** 1024 is no float.
        return min(LONGEST_REST_S, FIRST_REST_S * 2.0 ** min(self.refusals - 1, 60)) if self.refusals else 0.0

    @property
    def until_s(self) -> float:
        return self.began_s + self.rest_s

    def room(self, now: float) -> float:
        """Calls that may be given now: any number, one to try, or none."""
        if not self.refusals:
            return float("inf")
        return 0 if self.trying or now < self.until_s else 1

    def taken(self) -> "Congestion":
        """A call is given to the trunk."""
        return Congestion(refusals=self.refusals, began_s=self.began_s, trying=self.refusals > 0)

    def untried(self) -> "Congestion":
        """The call that was to find out was not launched, or nobody knows how it went."""
        return Congestion(refusals=self.refusals, began_s=self.began_s)

    def refused(self, placed_s: float, now: float) -> "Congestion":
        """The trunk refused a call launched at `placed_s`. Those launched before the rest began say nothing new."""
        if self.refusals and placed_s <= self.began_s:
            return self
        return Congestion(refusals=self.refusals + 1, began_s=now)

    def carried(self, placed_s: float) -> "Congestion":
        """The trunk carried a call launched at `placed_s`; one from before the rest does not end it."""
        return self if self.refusals and placed_s <= self.began_s else Congestion()
