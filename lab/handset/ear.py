"""What a handset has heard: speech and silence out of sound levels, without knowing where they come from."""

SPEECH_LEVEL = 8  # on pjsua2's logarithmic scale of 0–255; about −50 dBFS, far above G.711's idle noise
VOICED_S = 0.06  # shorter sounds are clicks
HUSH_S = 0.5  # this much silence after speech means that the other side has finished


class Ear:
    """Collects levels, heard in order of time, and answers whether the other side has spoken and has finished."""

    def __init__(self) -> None:
        self._voiced_s = 0.0
        self._last_voice = float("-inf")
        self._last_at: float | None = None

    def hear(self, level: int, at: float) -> None:
        """Take in one level (0–255) at `at` (seconds, monotonic)."""
        if level >= SPEECH_LEVEL:
            # A late poll must not turn a click into a word.
            self._voiced_s += min(at - self._last_at, 0.04) if self._last_at is not None else 0.02
            self._last_voice = at
        elif not self.heard and at - self._last_voice > HUSH_S:
            self._voiced_s = 0.0
        self._last_at = at

    @property
    def heard(self) -> bool:
        """Whether the other side has spoken since the last `forget`."""
        return self._voiced_s >= VOICED_S

    def speaking(self, at: float) -> bool:
        """Whether the other side is in the middle of a turn."""
        return self.heard and at - self._last_voice < HUSH_S

    def turn_over(self, at: float) -> bool:
        """Whether the other side has spoken and then been silent for half a second."""
        return self.heard and at - self._last_voice >= HUSH_S

    def forget(self, at: float) -> None:
        """Start anew, after one's own turn; a turn of the other side that is still going on stays heard."""
        if not self.speaking(at):
            self._voiced_s = 0.0
