"""The table of a comparison."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from alo.simulate.finding import percent, with_interval
from pacing.simulation.measures import Measure, Promise, Summary

LABEL_WIDTH = 26
COLUMN_WIDTH = 13

# Label, scale and digits of each figure.
ROWS: dict[Measure, tuple[str, float, int]] = {
    Measure.UTILISATION: ("utilisation, %", 100, 1),
    Measure.ABANDONMENT: ("abandonment, %", 100, 2),
    Measure.WORST_HOUR: ("worst hour of a day, %", 100, 2),
    Measure.TALK_MINUTES: ("talk minutes / agent-hour", 1, 1),
    Measure.WAIT_S: ("wait between calls, s", 1, 1),
    Measure.LIVE: ("live answers / agent-hour", 1, 1),
    Measure.DIALS: ("dials / agent-hour", 1, 1),
}
COLOURS = {Promise.KEPT: "green", Promise.UNSURE: "yellow", Promise.BROKEN: "red"}


def tables(summaries: Sequence[Summary], *, target: float, width: int) -> Iterator[Table]:
    """As many tables as the policies need on a page of `width` characters; a column for each policy."""
    columns = max(1, (width - LABEL_WIDTH - 4) // (COLUMN_WIDTH + 3))
    for start in range(0, len(summaries), columns):
        yield _table(summaries[start : start + columns], summaries[0], target)


def explain(console: Console, summaries: Sequence[Summary]) -> None:
    """One line under the tables on how to read them."""
    days = summaries[0].days
    words = "One day, so without intervals" if days == 1 else f"Means of {days} days ± half of the 95 % interval"
    if len(summaries) > 1:
        words += f"; below, the difference to {summaries[0].policy} on the same days"
    console.print(Text(f"{words}. A day or an hour counts with 300 live answers or more.", style="dim"))


def _table(shown: Sequence[Summary], first: Summary, target: float) -> Table:
    table = Table()
    table.add_column("", min_width=LABEL_WIDTH, no_wrap=True)
    for summary in shown:
        table.add_column(summary.policy, min_width=COLUMN_WIDTH, justify="right", overflow="fold")
    for measure in ROWS:
        table.add_row(ROWS[measure][0], *(_cell(summary, first, measure) for summary in shown))
        if measure is Measure.ABANDONMENT:
            table.add_row(f"days above {percent(target)}", *(_days_above(summary) for summary in shown))
    return table


def _cell(summary: Summary, first: Summary, measure: Measure) -> Text:
    _, scale, digits = ROWS[measure]
    found = summary.means[measure]
    if found is None:
        return Text("–", style="dim")
    colour = COLOURS[summary.promise] if measure is Measure.ABANDONMENT else ""
    text = Text().append(with_interval(found, scale=scale, digits=digits), style=colour)
    difference = None if summary is first else summary.difference(measure, to=first)
    if difference is not None:
        text.append("\n" + with_interval(difference, scale=scale, digits=digits, sign=True), style="dim")
    return text


def _days_above(summary: Summary) -> Text:
    if not summary.days_counted:
        return Text("–", style="dim")
    share = summary.days_above / summary.days_counted
    return Text(f"{percent(share, 0)} of {summary.days_counted}")
