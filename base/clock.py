"""Time comes from here, so that tests decide what time it is."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Wall time for records and pacing, monotonic seconds for waiting."""

    def now(self) -> datetime:
        """The wall time, aware, in UTC."""
        ...

    def monotonic_s(self) -> float:
        """Seconds that never go back; comparable within one process only."""
        ...

    def posix_s(self) -> float:
        """Seconds since 1970: what pacing learns is carried over restarts, so its clock must be too."""
        ...


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        return time.monotonic()

    def posix_s(self) -> float:
        return time.time()
