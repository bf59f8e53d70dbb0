"""`alo trunk`: look at the carriers."""

from typing import Annotated

import typer

from alo.terminal import console, settings

app = typer.Typer(no_args_is_help=True, help="Look at the carriers' trunks.")


@app.command()
def status(*, numbers: Annotated[bool, typer.Option("--numbers", help="Also of each caller id.")] = False) -> None:
    """What the trunks carry now, and what came of today's calls: answer-seizure ratio and causes."""
    from alo.trunks import show_trunks

    show_trunks(settings(), console, numbers=numbers)
