"""`alo campaign what-if`: what another promise, or other numbers of agents, would bring a campaign."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from alo.transactions import in_transaction
from base.settings import Settings
from dialer.runtime.what_if import campaign_what_if
from pacing.waiting import Axis
from pacing.waiting_fit import FITTED
from pacing.whatif import Expectation, WhatIf

FIGURES = ("talking or wrapping up", "talk, min / agent-hour", "wait, s", "calls / agent-hour", "answers / hour, team")
OUTSIDE = {
    Axis.AGENTS: "the number of agents",
    Axis.TARGET: "the promise",
    Axis.HANDLING: "the length of talk and wrap-up beside the ringing",
    Axis.SEARCH: "the time it takes to find a person beside the ringing",
    Axis.ANSWERS: "the share of calls answered",
    Axis.DELAY: "the ringing before an answer",
}


def show_what_if(settings: Settings, console: Console, name: str, *, agents: int | None, around: int) -> None:
    """Print both tables of a campaign. Raises CampaignError where there is nothing to tell."""
    found = in_transaction(
        settings, lambda connection: campaign_what_if(connection, name, agents=agents, around=around)
    )
    learned = found.estimates
    console.print(
        f"Campaign {escape(name)}: {percent(learned.answer_probability)} of calls reach a person, after "
        f"{learned.answer_s:.0f} s; talk {learned.talk_s:.0f} s, with wrap-up {learned.handle_s:.0f} s "
        f"(learned from {learned.calls:,} calls and {learned.talks:,} talks).",
        highlight=False,
    )
    console.print(
        table(
            f"Another promise, {found.agents} agents",
            "promise",
            [(percent(one.target), one, one.target == found.target) for one in found.by_target],
        )
    )
    console.print(
        table(
            f"More or fewer agents, promise {percent(found.target)}",
            "agents",
            [(str(one.agents), one, one.agents == found.agents) for one in found.by_agents],
        )
    )
    for line in notes(found):
        console.print(Text(line, style="dim"))


def table(title: str, of: str, rows: Sequence[tuple[str, Expectation, bool]]) -> Table:
    """A line for each expectation; that of now is bold, one outside of what is known is marked."""
    made = Table(title=title, title_justify="left")
    for heading in (of, *FIGURES):
        made.add_column(heading, justify="right")
    for label, one, now in rows:
        mark = " *" if one.outside else ""
        made.add_row(
            f"{label}{mark}",
            f"{100.0 * one.utilisation:.1f} %",
            f"{one.talk_minutes:.1f}",
            f"{one.wait_s:.0f}",
            f"{one.dials:.0f}",
            f"{one.live * one.agents:.0f}",
            style="bold" if now else "",
        )
    return made


def notes(found: WhatIf) -> list[str]:
    """What has to be known to read the tables."""
    errors = f"{FITTED.mean_error_points:.1f} points on average, {FITTED.largest_error_points:.1f} at most"
    lines = [
        "A settled day without pauses, on calls and talks as learned; limits of lines and calls a second not counted.",
        f"0 % is exact; the rest is a formula, on {FITTED.days} simulated floors off by {errors}.",
    ]
    outside = sorted({axis for one in (*found.by_target, *found.by_agents) for axis in one.outside})
    if outside:
        lines.append(f"* beyond the floors the formula knows ({', '.join(OUTSIDE[axis] for axis in outside)}).")
    return lines


def percent(share: float) -> str:
    """A share as a percentage, with as many digits as it needs, one at most."""
    return f"{100.0 * share:.1f} %".replace(".0 %", " %")
