"""Which of a debtor's numbers first? The one with most success over tries, shrunk towards the usual. Pure.

Each dial that rang through is a try. Old tries and successes fade alike, by half in each `HALF_LIFE`, so that a number
that was good last year counts as little as one that was bad. The score is the mean of a Beta law whose prior is worth
`PRIOR_TRIES` tries of the usual success (Gelman et al., Bayesian Data Analysis, section 2.4): a number never tried
comes before one that was tried in vain, and behind one that was answered.
The same formula stands in sql/lead_reserve.sql and sql/attempt_finish.sql; a test holds them together.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crm.model import Outcome

LIVE_ANSWER = 0.3
"""What it is worth that somebody picked up, when it is not known that it was the debtor."""
RIGHT_PARTY = 1.0
PRIOR_TRIES = 4.0
PRIOR_SUCCESS = 0.1
HALF_LIFE = timedelta(days=60)
MOST_HALF_LIVES = 60.0
"""So old is forgotten altogether."""

LIVE = frozenset({Outcome.CONNECTED, Outcome.ABANDONED, Outcome.HANGUP_EARLY})


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What is kept of a number: tries and successes as they stood at `at`; None: never tried."""

    tries: float = 0.0
    successes: float = 0.0
    at: datetime | None = None

    def faded(self, now: datetime) -> "Record":
        """The record as it stands now; a time before its own changes nothing."""
        if self.at is None or now <= self.at:
            return self
        share = 0.5 ** min((now - self.at) / HALF_LIFE, MOST_HALF_LIVES)
        return Record(tries=self.tries * share, successes=self.successes * share, at=now)

    def dialled(self, outcome: Outcome, at: datetime, *, right_party: bool = False) -> "Record":
        """The record after a dial that rang through."""
        before = self.faded(at)
        gained = success_of(outcome, right_party=right_party)
        return replace(before, tries=before.tries + 1.0, successes=before.successes + gained, at=at)

    def score(self, now: datetime) -> float:
        """Expected success of the next dial, 0 to 1."""
        then = self.faded(now)
        return (then.successes + PRIOR_TRIES * PRIOR_SUCCESS) / (then.tries + PRIOR_TRIES)


def success_of(outcome: Outcome, *, right_party: bool = False) -> float:
    """What one dial was worth: the debtor in person 1, somebody else or nobody knows who 0.3, no person 0."""
    if outcome not in LIVE:
        return 0.0
    return RIGHT_PARTY if right_party else LIVE_ANSWER
