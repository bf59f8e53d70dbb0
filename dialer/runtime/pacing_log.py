"""Why a campaign dials what it dials, in the log: when the reason changes, and once a minute while it does not."""

import logging

from dialer.runtime.holds import Hold
from pacing import Decision, Reason

log = logging.getLogger(__name__)

CHANGED_S = 10.0
"""A floor that just keeps up changes between launching and covered every second; that is not news every second."""
SAME_S = 60.0


class PacingLog:
    """Tells one campaign's decisions to the log, seldom enough to be read."""

    def __init__(self, campaign_id: int) -> None:
        self._campaign_id = campaign_id
        self._told: tuple[Reason, Hold | None] | None = None
        self._told_at_s = 0.0

    def note(self, decision: Decision, hold: Hold | None, now_s: float) -> None:
        """Tell this decision if it is time to."""
        why = (decision.reason, hold)
        since_s = now_s - self._told_at_s
        # A clock that was set back must not silence the log until it has caught up.
        if self._told is not None and 0.0 <= since_s < (SAME_S if why == self._told else CHANGED_S):
            return
        self._told, self._told_at_s = why, now_s
        numbers = {name: round(value, 4) for name, value in decision.numbers.items()}
        told = {"campaign": self._campaign_id, "reason": decision.reason.value, "launch": decision.launch}
        log.info("a campaign is paced", extra=told | ({"hold": hold.value} if hold else {}) | {"numbers": numbers})
