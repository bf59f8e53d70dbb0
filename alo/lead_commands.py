"""`alo campaign recycling | order | lists`: which leads are dialled when."""

from pathlib import Path
from typing import Annotated

import typer

from alo.terminal import console, settings

Points = Annotated[int | None, typer.Option(min=0, max=100, help="Points it is worth at most; together 100 or fewer.")]


def recycling(
    name: str,
    *,
    outcome: Annotated[
        list[str] | None, typer.Option(help="busy=15m, or busy=15m,4: again after 15 minutes, closed after 4 times.")
    ] = None,
    disposition: Annotated[list[str] | None, typer.Option(help="The same of a disposition: refusal=7d,2.")] = None,
    after: Annotated[str | None, typer.Option(help="Of outcomes that name no delay: 1h.")] = None,
    attempts: Annotated[int | None, typer.Option(min=1, max=1000, help="Of one lead, before it is closed.")] = None,
    file: Annotated[Path | None, typer.Option(help="All of it from a TOML file, instead of what was said.")] = None,
    reset: Annotated[
        list[str] | None, typer.Option(help="Back to its default: an outcome or a disposition; may be repeated.")
    ] = None,
) -> None:
    """Show when leads are dialled again, or change what is given; a running dialer follows at once."""
    from alo.recycling import RecyclingOptions, recycle_campaign

    options = RecyclingOptions(
        outcomes=outcome or (),
        dispositions=disposition or (),
        after=after,
        attempts=attempts,
        file=file,
        reset=reset or (),
    )
    recycle_campaign(settings(), console, name=name, options=options)


def order(
    name: str,
    *,
    amount: Points = None,
    age: Points = None,
    strategic: Points = None,
    random: Points = None,
    per_attempt: Annotated[
        int | None, typer.Option(min=0, max=100, help="Points lost with each attempt: new leads come first.")
    ] = None,
    old_first: Annotated[
        bool | None, typer.Option("--old-first/--young-first", help="Whose age is worth most.")
    ] = None,
) -> None:
    """Show in which order debtors are dialled, or change what is given; their priorities are reckoned anew."""
    from alo.ordering import order_campaign

    given = {
        "amount": amount,
        "age": age,
        "strategic": strategic,
        "random": random,
        "per_attempt": per_attempt,
        "old_first": old_first,
    }
    order_campaign(settings(), console, name=name, given={key: v for key, v in given.items() if v is not None})


def lists(
    name: str,
    *,
    weight: Annotated[
        list[str] | None, typer.Option(help="LIST=3: so many turns beside the others'; 0: it rests.")
    ] = None,
) -> None:
    """Show a campaign's lists, or deal the turns otherwise; `alo import --list` makes them."""
    from alo.ordering import weigh_lists

    weigh_lists(settings(), console, name=name, weights=weight or ())


def add_to(app: typer.Typer) -> None:
    """Put these commands into `alo campaign`."""
    for command in (recycling, order, lists):
        app.command()(command)
