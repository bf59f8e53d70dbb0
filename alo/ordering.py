"""The order of a campaign's leads and its lists, from the command line."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from alo.database import open_database
from alo.transactions import in_transaction
from base.database import create_engine
from base.errors import SettingsError
from base.settings import Settings
from crm import campaigns, lead_lists
from crm.model import CampaignId
from crm.ordering import LeadOrder, parse_order
from crm.priorities import refresh


def order_campaign(settings: Settings, console: Console, *, name: str, given: Mapping[str, Any]) -> None:
    """Change what is given of a campaign's order, reckon its leads' priorities anew, and show the order."""

    async def work(connection: AsyncConnection) -> tuple[CampaignId, dict[str, Any], LeadOrder]:
        said = {**await campaigns.settings_of(connection, name, "lead_order"), **given}
        try:
            order = parse_order(said)
        except ValueError as error:
            raise SettingsError(f"The order makes no sense: {error}.") from error
        return await campaigns.change_settings(connection, name, lead_order=said), said, order

    async def reckon(url: str, campaign_id: CampaignId) -> int:
        engine = create_engine(url)
        try:
            return await refresh(engine, campaign_id)
        finally:
            await engine.dispose()

    campaign_id, said, order = in_transaction(settings, work)
    table = Table("order", "value", "")
    for field in fields(LeadOrder):
        table.add_row(
            field.name.replace("_", "-"), str(getattr(order, field.name)), "" if field.name in said else "default"
        )
    console.print(table)
    if given:
        with open_database(settings) as url:
            changed = asyncio.run(reckon(url, campaign_id))
        console.print(
            f"Campaign {name} is dialled in this order from now on: {changed} leads have moved.", markup=False
        )


def weigh_lists(settings: Settings, console: Console, *, name: str, weights: Sequence[str]) -> None:
    """Change the lists' weights that are given, and show the lists."""
    asked = [weight_of(text) for text in weights]

    async def work(connection: AsyncConnection) -> list[lead_lists.LeadList]:
        for list_name, weight in asked:
            await lead_lists.weigh(connection, name, list_name, weight)
        return await lead_lists.shown(connection, name)

    found = in_transaction(settings, work)
    if not found:
        console.print(f"Campaign {name} has one queue and no lists: alo import --list NAME makes one.", markup=False)
        return
    table = Table("list", "turns", "open leads")
    for one in found:
        table.add_row(escape(one.name), str(one.weight) if one.weight else "rests", str(one.open))
    console.print(table)


def weight_of(text: str) -> tuple[str, int]:
    """`julho=3` as a list's name and its turns. Raises SettingsError for anything else."""
    name, equals, weight = text.rpartition("=")
    if not equals or not name or not weight.strip().isdecimal():
        raise SettingsError(f"{text} is no list's weight: write the list's name and its turns, as julho=3.")
    return name, int(weight)
