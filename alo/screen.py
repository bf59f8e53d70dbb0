"""What the terminal shows of a campaign."""

from collections.abc import Mapping
from typing import Any

from rich.columns import Columns
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

STATE_STYLES = {"ready": "green", "talking": "cyan", "wrapup": "yellow", "paused": "magenta", "offline": "dim"}


def share(value: float | None) -> str:
    """A share as a percentage."""
    return "–" if value is None else f"{100 * value:.1f} %"


def seconds(value: float | None) -> str:
    """Seconds, or milliseconds when there is less than one."""
    if value is None:
        return "–"
    return f"{1000 * value:.0f} ms" if value < 1 else f"{value:.1f} s"


def campaign_line(picture: Mapping[str, Any]) -> str:
    """The campaign in one line, where there is no terminal to redraw."""
    calls = ", ".join(f"{n} {name}" for name, n in picture["calls"].items() if n) or "no calls up"
    agents = ", ".join(f"{n} {name}" for name, n in picture["agents"].items() if n) or "no agents"
    totals = picture["totals"]
    return (
        f"{totals['dials']} dials, {totals['answers']} answers, abandonment {share(totals['abandonment'])}; {calls}; "
        f"agents {agents}; transcripts pending {picture['transcripts']['pending']}"
    )


def campaign_table(picture: Mapping[str, Any]) -> RenderableType:
    """Calls, agents and figures of one campaign, side by side."""
    totals, agents = picture["totals"], picture["agents"]
    calls = _pairs("Calls", [(name, str(n), "bold" if n else "dim") for name, n in picture["calls"].items()])
    people = _pairs("Agents", [(name, str(n), STATE_STYLES[name] if n else "dim") for name, n in agents.items()])
    figures = _pairs(
        "Today",
        [
            ("dials", str(totals["dials"]), "bold"),
            ("live answers", str(totals["answers"]), "bold"),
            ("abandonment", share(totals["abandonment"]), "red" if totals["abandoned"] else "green"),
            ("mean wait", seconds(totals["mean_wait_s"]), ""),
            ("transcripts pending", str(picture["transcripts"]["pending"]), ""),
        ],
    )
    outcomes = _pairs("Outcomes", [(k, str(n), "") for k, n in sorted(totals["by_outcome"].items())])
    return Columns([calls, people, figures, outcomes], padding=(0, 1))


def _pairs(title: str, rows: list[tuple[str, str, str]]) -> Table:
    table = Table(title=title, show_header=False, title_justify="left", box=None, padding=(0, 1), min_width=22)
    table.add_column()
    table.add_column(justify="right")
    for name, value, style in rows:
        table.add_row(Text(name, style="dim"), Text(value, style=style))
    return table
