"""VICIdial's pacing: a level of lines for each agent, adapted every 15 seconds, and a launcher every 2.5 seconds.

Written from the behaviour of repository ccabrerar/vicidial, bin/AST_VDadapt.pl (calculate_dial_level,
calculate_drops), bin/AST_VDauto_dial.pl and docs/PREDICTIVE.txt. One server, an outbound campaign, the hopper always
full. Left out, all off as shipped: tally thresholds, drop-rate groups, the Ofcom drop formula, shared campaigns.
"""

import math
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from pacing.peers.floor_view import FloorView, Launch

SAMPLE_EVERY_S = 1.0
SAMPLES = 15
ADAPT_EVERY_S = 15.0
DROPS_EVERY_S = 60.0
LAUNCH_EVERY_S = 2.5


class Method(StrEnum):
    """Dial methods; the three adaptive ones differ in what they do above the drop limit."""

    RATIO = "RATIO"
    HARD_LIMIT = "ADAPT_HARD_LIMIT"
    AVERAGE = "ADAPT_AVERAGE"
    TAPERED = "ADAPT_TAPERED"


@dataclass(frozen=True, kw_only=True, slots=True)
class VicidialSettings:
    """A campaign's settings, as shipped. Raises ValueError for a level below 1 or a launch rate not above 0."""

    method: Method = Method.AVERAGE
    level: float = 1.0
    """Lines for each agent at the start of the day; for RATIO, all day."""
    maximum_level: float = 3.0
    """adaptive_maximum_level: the cap the level is held under."""
    drop_limit_percent: float = 3.0
    """adaptive_dropped_percentage: of today's live answers."""
    intensity: float = 0.0
    """adaptive_intensity, -40 to +40."""
    idle_target: float = 0.0
    """adaptive_dl_diff_target: -N wants N idle agents, +N wants N waiting calls."""
    latest_server_time: int = 2100
    """adaptive_latest_server_time, hours and minutes as one number: 2100 is nine in the evening."""
    calls_per_second: float = 5.0
    """outbound_calls_per_second of the server."""
    start_hour: float = 0.0
    """Hour of the day at which the simulated day's second 0 falls."""

    def __post_init__(self) -> None:
        if min(self.level, self.maximum_level) < 1.0:
            raise ValueError(f"level {self.level}, maximum level {self.maximum_level}: give lines per agent, 1 or more")
        if self.calls_per_second <= 0.0:
            raise ValueError(f"calls_per_second is {self.calls_per_second}: give launches a second, above 0")


class Vicidial(FloorView):
    """The two loops over one picture. Asking twice within one launcher loop launches once."""

    def __init__(self, settings: VicidialSettings) -> None:
        super().__init__()
        self.settings = settings
        self.level = settings.level
        """Lines for each agent, in force now."""
        self._samples: deque[tuple[int, int, int]] = deque(maxlen=SAMPLES)  # ready, waiting, logged in
        self._drop_percent_minute = 0.0
        self._drop_percent_today = 0.0
        self._calls_minute = 0
        self._calls_today = 0
        self._tick = 0
        self._loop_at = 0.0
        self._next_loop_at = 0.0
        self._to_place = 0
        self._placed = 0

    def advance(self, at: float) -> None:
        """Run the controller's seconds that lie before a time, on the picture as it stood."""
        while self._tick * SAMPLE_EVERY_S <= at:
            second = self._tick * SAMPLE_EVERY_S
            self._samples.append((self.count("ready"), len(self.waiting), len(self.agents)))
            if second and second % DROPS_EVERY_S == 0.0:
                self._calculate_drops(second)
            if second and second % ADAPT_EVERY_S == 0.0 and self.settings.method is not Method.RATIO:
                self._calculate_dial_level(second)
            self._tick += 1

    def decide(self, at: float) -> Launch:
        """Calls the launcher places by now; between its loops only what its rate still held back."""
        self.advance(at)
        rate = self.settings.calls_per_second
        if at >= self._next_loop_at:
            # At hang-up the agent screen sets PAUSED until the disposition: agents in wrap-up count for no line here.
            agents = self.count("ready") + len(self.talking)
            self._to_place = max(0, round(self.level * agents) - self.lines)
            self._loop_at = at
            # The launcher sleeps between calls, so that many calls make its loop longer.
            self._next_loop_at = at + max(LAUNCH_EVERY_S - at % LAUNCH_EVERY_S, self._to_place / rate)
            self._placed = 0
        due = min(self._to_place, 1 + math.floor((at - self._loop_at) * rate + 1e-9))
        launch = due - self._placed
        self._placed = due
        return Launch(launch=launch)

    def _calculate_drops(self, at: float) -> None:
        self._calls_minute, self._calls_today = self.dials_last_minute(at), self.dials_today
        # The minute is counted over calls placed, the day over live answers.
        self._drop_percent_minute = 100.0 * self.drops_last_minute(at) / max(1, self._calls_minute)
        self._drop_percent_today = 100.0 * self.drops_today / max(1, self.answers_today)

    def _calculate_dial_level(self, at: float) -> None:
        logged_in = sum(total for _, _, total in self._samples) / len(self._samples)
        if logged_in == 0.0:
            return
        settings = self.settings
        idle = sum(ready - waiting for ready, waiting, _ in self._samples) / len(self._samples)
        percent = 100.0 * (idle + settings.idle_target) / logged_in
        intensity = settings.intensity / 100.0
        percent *= abs(intensity - 1.0) if percent < 0.0 else intensity + 1.0
        level = round(self.level * (1.0 + percent / 100.0), 3)
        level = max(1.0, min(level, settings.maximum_level))
        if self._calls_minute > 20 and self._drop_percent_minute > 50.0:
            level /= 2.0
        if self._calls_today > 50 and self._drop_percent_today > settings.drop_limit_percent:
            level = self._above_the_limit(level, at)
        self.level = max(1.0, level)

    def _above_the_limit(self, level: float, at: float) -> float:
        match self.settings.method:
            case Method.AVERAGE:
                return level / 2.0
            case Method.TAPERED:
                # Hours and minutes are subtracted as plain numbers, as VICIdial does: 2100 less 1130 is 970.
                left = self.settings.latest_server_time - hours_and_minutes(self.settings.start_hour, at)
                return 1.0 if left < 0 else level * min(1.0, left / 1000.0)
            case _:
                return 1.0


def hours_and_minutes(start_hour: float, at: float) -> int:
    """The time of day as VICIdial writes it: 11:30 is 1130."""
    minutes = math.floor(start_hour * 60.0 + at / 60.0) % (24 * 60)
    return 100 * (minutes // 60) + minutes % 60
