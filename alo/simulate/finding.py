"""What the figures say, in words."""

from collections.abc import Sequence

from pacing.simulation.measures import Measure, Promise, Summary
from pacing.simulation.statistics import Estimate

PLAIN = "progressive"
"""The policy every gain is told against where it is among those compared: one call for each ready agent."""
BOUND = "oracle"
"""Is told the true laws of the world; shows what is left to win and never counts as the winner."""


def percent(share: float, digits: int = 1) -> str:
    """A share from 0 to 1 as text, like `3 %` or `2.9 %`."""
    return f"{100 * share:.{digits}f}".rstrip("0").rstrip(".") + " %" if digits else f"{100 * share:.0f} %"


def with_interval(estimate: Estimate, *, scale: float = 1.0, digits: int = 1, sign: bool = False) -> str:
    """Mean and half interval as text, like `54.1 ± 0.3`; the mean alone where there is no interval."""
    mean = f"{scale * estimate.mean:{'+' if sign else ''}.{digits}f}"
    return mean if estimate.half_width is None else f"{mean} ± {scale * estimate.half_width:.{digits}f}"


def headline(summaries: Sequence[Summary], *, target: float) -> str:
    """Which policy keeps the promise and how many minutes of work in each agent-hour it wins, in one sentence."""
    best = winner(summaries)
    if best is None:
        return _nobody(summaries, target)
    kept = _how_kept(best, target)
    other = _compared_with(best, summaries)
    gain = None if other is None else best.difference(Measure.UTILISATION, to=other)
    if other is None or gain is None:
        minutes = best.means[Measure.UTILISATION]
        works = f" and works {60 * minutes.mean:.1f} minutes of each agent-hour" if minutes else ""
        return f"{best.policy} {kept}{works}"
    if gain.low > 0:
        won = with_interval(gain, scale=60)
        return f"{best.policy} {kept} and wins {won} minutes of work per agent-hour over {other.policy}"
    if gain.high < 0:
        return f"{best.policy} {kept} but works {-60 * gain.mean:.1f} minutes per agent-hour less than {other.policy}"
    return f"{best.policy} {kept}; whether it works more than {other.policy} cannot be told from these days"


def _how_kept(best: Summary, target: float) -> str:
    lost = best.means[Measure.ABANDONMENT]
    if best.promise is Promise.KEPT or lost is None:
        return f"keeps the {percent(target)} promise"
    return f"is near the {percent(target)} promise ({with_interval(lost, scale=100, digits=2)} %)"


def details(summaries: Sequence[Summary], *, target: float) -> list[str]:
    """Sentences on the other policies: who breaks the promise, on how many days, and what the bound would reach."""
    best = winner(summaries)
    said = []
    for summary in summaries:
        lost = summary.means[Measure.ABANDONMENT]
        if summary.promise is Promise.BROKEN and summary.policy != BOUND and lost is not None:
            said.append(
                f"{summary.policy} breaks the promise: {with_interval(lost, scale=100, digits=2)} % abandoned,"
                f" {summary.days_above} of {summary.days_counted} days above {percent(target)}"
            )
    if best is not None and best.days_above:
        said.append(f"{best.policy} was above {percent(target)} on {best.days_above} of {best.days_counted} days")
    bound = next((summary for summary in summaries if summary.policy == BOUND), None)
    left = None if bound is None or best is None else bound.difference(Measure.UTILISATION, to=best)
    if left is not None and left.mean > 0:
        won = with_interval(left, scale=60)
        said.append(f"{BOUND}, which is told what a dialer has to learn, wins another {won} minutes")
    return said


def winner(summaries: Sequence[Summary]) -> Summary | None:
    """Of the policies that do not break the promise the one whose agents work most; None where there is none."""
    honest = [
        summary
        for summary in summaries
        if summary.promise is not Promise.BROKEN and summary.policy != BOUND and summary.means[Measure.UTILISATION]
    ]
    return max(honest, key=_work, default=None)


def _work(summary: Summary) -> float:
    found = summary.means[Measure.UTILISATION]
    return -1.0 if found is None else found.mean


def _compared_with(best: Summary, summaries: Sequence[Summary]) -> Summary | None:
    others = [summary for summary in summaries if summary.policy not in {best.policy, BOUND}]
    plain = [summary for summary in others if summary.policy == PLAIN]
    kept = [summary for summary in others if summary.promise is not Promise.BROKEN]
    return max(plain or kept, key=_work, default=None)


def _nobody(summaries: Sequence[Summary], target: float) -> str:
    shares = [
        (lost.mean, summary.policy)
        for summary in summaries
        if summary.policy != BOUND and (lost := summary.means[Measure.ABANDONMENT]) is not None
    ]
    if not shares:
        return f"Only {BOUND} was simulated, which is told what a dialer has to learn"
    share, policy = min(shares)
    return f"No policy keeps the {percent(target)} promise; {policy} comes nearest with {percent(share, 2)} abandoned"
