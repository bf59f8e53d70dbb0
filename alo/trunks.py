"""`alo trunk status`: what the trunks carry now, and what came of today's calls on them."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from alo.screen import seconds, share
from alo.transactions import in_transaction
from base.errors import SettingsError
from base.settings import Settings
from crm import live, trunks
from crm.trunks import Figures

TOPIC = "trunks:"
STALE_S = 10.0
MOST_CAUSES = 4


def show_trunks(settings: Settings, console: Console, *, numbers: bool) -> None:
    """Print every trunk of the settings, and of each caller id with `numbers`."""
    if not settings.trunk:
        raise SettingsError("There is no trunk yet: describe your carrier under [trunk.main] in alo.toml (see README).")
    now = datetime.now(UTC)
    day = now.astimezone(ZoneInfo(settings.timezone)).date()

    async def work(connection: AsyncConnection) -> tuple[dict[str, Any], list[Figures]]:
        return await live.read_all(connection, TOPIC), await trunks.by_caller_id(connection, day)

    pictures, figures = in_transaction(settings, work)
    fresh = {node: picture for node, picture in pictures.items() if _age_s(picture, now) < STALE_S}
    console.print(_trunk_table(settings, fresh, trunks.by_trunk(figures)))
    if numbers:
        console.print(_number_table(figures))
    for picture in fresh.values():
        if said := exchange_words(picture):
            console.print(said, highlight=False)
    if not fresh:
        console.print("No dialer is running: what is up now is not known.")


def exchange_words(picture: Mapping[str, Any]) -> str | None:
    """A sentence about an exchange that is spared; None where it keeps up."""
    limit = picture["exchange"]["limit_per_s"]
    if limit is None:
        return None
    node = escape(picture["node"])
    if limit == 0:
        return f"Node {node}: Asterisk is about to refuse calls, nothing is dialled until it recovers."
    return f"Node {node}: Asterisk is short of breath and is given {limit:g} calls a second at most."


def causes_words(causes: Counter[int]) -> str:
    """The most frequent causes with their calls: `16: 120, 34: 7`."""
    named = ", ".join(f"{cause}: {calls}" for cause, calls in causes.most_common(MOST_CAUSES))
    return named + (", …" if len(causes) > MOST_CAUSES else "")


def _trunk_table(settings: Settings, pictures: Mapping[str, Any], figures: Mapping[str, Figures]) -> Table:
    table = Table(
        "trunk", "carrier", "state", "up", "at once", "per s", "calls today", "answered", "mean talk", "causes"
    )
    for name, trunk in settings.trunk.items():
        seen = [found for picture in pictures.values() if (found := picture["trunks"].get(name))]
        states = {str(found["state"]) for found in seen} - {"free"} or ({"free"} if seen else {"?"})
        up = str(sum(found["up"] for found in seen)) if seen else "?"
        limits = [str(trunk.max_calls), f"{trunk.calls_per_second:g}"]
        row = [name, trunk.carrier or name, ", ".join(sorted(states)), up, *limits, *_figures(figures.get(name))]
        table.add_row(*map(escape, row))
    return table


def _number_table(figures: list[Figures]) -> Table:
    table = Table("caller id", "trunk", "calls today", "answered", "mean talk", "causes")
    for one in figures:
        table.add_row(str(one.caller_id), escape(one.trunk), *_figures(one))
    return table


def _figures(found: Figures | None) -> list[str]:
    if found is None:
        return ["0", "–", "–", ""]
    return [str(found.calls), share(found.answer_seizure_ratio), seconds(found.mean_talk_s), causes_words(found.causes)]


def _age_s(picture: Mapping[str, Any], now: datetime) -> float:
    return (now - datetime.fromisoformat(picture["at"])).total_seconds()
