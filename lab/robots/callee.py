"""Who it is that a robot has on the line: the behaviour that the carrier chose for its latest call to the number."""

from pathlib import Path

from lab.handset.journal import Follower
from lab.plan_model import Behaviour, Plan


class Callees:
    """Follows the carrier's journal; one for all robots of a process."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._journal = Follower(Path(plan.said_dir) / "carrier.jsonl")
        self._latest: dict[str, int] = {}

    def behaviour(self, number: str) -> Behaviour | None:
        """What the debtor of this number does in its latest call; None for a number that is not in the plan."""
        debtor = self._plan.debtors.get(number)
        if debtor is None:
            return None
        # The row is written before the call rings; this is the newest one that there is.
        for row in self._journal.rows():
            if row.get("event") == "invite":
                self._latest[row["number"]] = row["behaviour"]
        return debtor.behaviours[self._latest.get(number, 0)]
