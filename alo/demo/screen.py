"""The whole screen of the demo: what is being done, how far it is, and the campaign."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from alo.screen import campaign_table


def demo_screen(
    picture: Mapping[str, Any] | None, *, debtors: int, elapsed_s: float, doing: str, web: str
) -> RenderableType:
    """The whole screen: what is being done, how far it is, and the campaign."""
    head = Text.assemble((doing, "bold"), f"   {elapsed_s:.0f} s   ", (web, "underline"))
    if picture is None:
        return Group(head)
    transcripts = picture["transcripts"]
    heard = transcripts["done"] + transcripts["failed"]
    bars = Table.grid(padding=(0, 1))
    bars.add_row("debtors dialled", _bar(picture["totals"]["dials"], debtors))
    bars.add_row("calls transcribed", _bar(heard, heard + transcripts["pending"]))
    return Panel(Group(head, "", campaign_table(picture), "", bars), title="Alô demo", border_style="cyan")


def _bar(done: int, total: int) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_row(ProgressBar(total=max(total, 1), completed=done, width=40), f"{done}/{total}")
    return grid
