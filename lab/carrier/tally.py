"""Counts of what the carrier saw, for checks on the dialer: every dial once, nobody dialled twice at the same time."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(kw_only=True)
class Tally:
    """Calls by number and by final answer. A number's overlap above 1 means that it was dialled twice at once."""

    by_number: Counter[str] = field(default_factory=Counter)
    by_status: Counter[int] = field(default_factory=Counter)
    most_at_once: int = 0
    overlaps: Counter[str] = field(default_factory=Counter)
    _now: dict[str, str] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)

    def began(self, call_id: str, number: str) -> None:
        """A new INVITE has come."""
        if number in self._now.values():
            self.overlaps[number] += 1
        self._now[call_id] = number
        self._open.add(call_id)
        self.by_number[number] += 1
        self.most_at_once = max(self.most_at_once, len(self._now))

    def answered(self, call_id: str, status: int) -> None:
        """A response to an INVITE was sent; the first final one counts, even when the call's end was heard before."""
        if status >= 200 and call_id in self._open:
            self._open.remove(call_id)
            self.by_status[status] += 1
            if status >= 300:
                self.ended(call_id)  # refused: the number may be dialled again at once

    def ended(self, call_id: str) -> None:
        """The call is over; unknown ones are let be."""
        self._now.pop(call_id, None)

    def as_json(self) -> dict[str, Any]:
        """The counts; `overlaps` holds only numbers that were dialled while a call to them was up."""
        return {
            "invites": self.by_number.total(),
            "by_status": {str(status): count for status, count in sorted(self.by_status.items())},
            "by_number": dict(sorted(self.by_number.items())),
            "now": len(self._now),
            "most_at_once": self.most_at_once,
            "overlaps": dict(sorted(self.overlaps.items())),
        }
