"""By which trunks and numbers a campaign calls: `alo campaign route`."""

from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from alo.transactions import in_transaction
from base.errors import SettingsError
from base.settings import Settings
from crm import campaigns


@dataclass(frozen=True, kw_only=True)
class Route:
    """A way out of the settings. declared: the caller ids of its trunks, each once."""

    name: str
    trunks: tuple[str, ...]
    declared: tuple[str, ...]


def choose_route(settings: Settings, name: str | None) -> Route:
    """The trunk or route named, or the only one. Raises SettingsError naming those there are."""
    if not settings.trunk:
        raise SettingsError("There is no trunk yet: describe your carrier under [trunk.main] in alo.toml (see README).")
    if name is None:
        name = next(iter(settings.route if len(settings.route) == 1 else settings.trunk))
        if len(settings.trunk) > 1 and len(settings.route) != 1:
            raise SettingsError(f"Choose a trunk or a route with --trunk: {', '.join(sorted(settings.routes))}.")
    if name not in settings.routes:
        raise SettingsError(f"There is no trunk {name}. Choose one with --trunk: {', '.join(sorted(settings.routes))}.")
    trunks = settings.routes[name]
    declared = dict.fromkeys(number for trunk in trunks for number in settings.trunk[trunk].caller_ids)
    return Route(name=name, trunks=trunks, declared=tuple(declared))


def choose_caller_id(route: Route, number: str | None) -> str:
    """The number given, or the first. Raises SettingsError naming those that are declared."""
    if number is not None and number not in route.declared:
        raise SettingsError(
            f"Trunk {route.name} does not declare that caller id. Declared: {', '.join(route.declared)}."
        )
    return number or route.declared[0]


def route_campaign(
    settings: Settings,
    console: Console,
    name: str,
    *,
    trunk: str | None,
    caller_id: str | None,
    local_presence: bool | None,
) -> None:
    """Change what is given, and show the way out. Raises SettingsError where trunk and caller id do not fit."""

    async def work(connection: AsyncConnection) -> tuple[Route, str, bool]:
        before, number, local = await campaigns.route(connection, name)
        route = choose_route(settings, trunk or before)
        # A number kept from another trunk need not be declared by this one.
        kept = number if number in route.declared else None
        shown = choose_caller_id(route, caller_id or kept)
        local = local if local_presence is None else local_presence
        if (trunk, caller_id, local_presence) != (None, None, None):
            ways = {"trunk": route.name, "caller_id": shown, "local_presence": local}
            await campaigns.change_settings(connection, name, **ways)
        return route, shown, local

    route, shown, local = in_transaction(settings, work)
    table = Table("trunk", "weight", "caller ids")
    for one in route.trunks:
        found = settings.trunk[one]
        table.add_row(escape(one), str(found.weight), ", ".join(found.caller_ids))
    console.print(table)
    which = "numbers of the callee's area code or state first, then" if local else "its own number"
    console.print(f"Campaign {escape(name)} calls by {escape(route.name)} and shows {which} {shown}.", highlight=False)
