"""Campaigns and agents from the command line."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from alo.answers import choose_detection, keep_message, warn
from alo.compliance_options import own_rules
from alo.pacing_options import PacingOptions, pacing_lines, pacing_settings
from alo.screen import campaign_table
from alo.transactions import in_transaction
from base.errors import SettingsError
from base.settings import Settings, TrunkSettings
from crm import agents, campaigns, live
from crm.model import CampaignStatus, Mode, WeeklyHours
from crm.tables import agent, campaign, campaign_agent
from dialer.compliance.reading import DEFAULT_PACK


def choose_trunk(settings: Settings, name: str | None) -> tuple[str, TrunkSettings]:
    """The trunk named, or the only one. Raises SettingsError naming those there are."""
    if not settings.trunk:
        raise SettingsError("There is no trunk yet: describe your carrier under [trunk.main] in alo.toml (see README).")
    if name is None and len(settings.trunk) == 1:
        return next(iter(settings.trunk.items()))
    if name not in settings.trunk:
        raise SettingsError(f"Choose a trunk with --trunk: {', '.join(sorted(settings.trunk))}.")
    return name, settings.trunk[name]


def choose_mode(name: str) -> Mode:
    """The mode named. Raises SettingsError naming those there are."""
    if name not in set(Mode):
        raise SettingsError(f"There is no mode {name}. Choose one of: {', '.join(Mode)}.")
    return Mode(name)


def create_campaign(
    settings: Settings,
    console: Console,
    *,
    name: str,
    creditor: str,
    caller_id: str | None,
    trunk: str | None,
    mode: str,
    pacing: PacingOptions,
    pack: str = DEFAULT_PACK,
    limits: Sequence[str] = (),
    message: Path | None = None,
    detection: str = "off",
) -> None:
    """Create a campaign with the calling hours of the settings. Raises SettingsError when its pack forbids them."""
    trunk_name, chosen = choose_trunk(settings, trunk)
    number = caller_id or chosen.caller_ids[0]
    if number not in chosen.caller_ids:
        raise SettingsError(
            f"Trunk {trunk_name} does not declare that caller id. Declared: {', '.join(chosen.caller_ids)}."
        )
    law, paced, listens = choose_mode(mode), pacing_settings(pacing), choose_detection(detection)
    hours = WeeklyHours.from_settings(settings.hours)
    stricter = own_rules(pack, hours, limits)
    kept = keep_message(settings, console, message)

    async def work(connection: AsyncConnection) -> None:
        await campaigns.create(
            connection,
            name=name,
            creditor=creditor,
            trunk=trunk_name,
            caller_id=number,
            mode=law,
            hours=hours,
            pacing=paced,
            pack=pack,
            compliance=stricter,
            abandonment_message=kept,
            answer_detection=listens,
        )

    in_transaction(settings, work)
    console.print(
        f"Campaign {name} is there. Import debtors with --campaign, add agents, then: alo campaign start", markup=False
    )


def pace_campaign(
    settings: Settings,
    console: Console,
    *,
    name: str,
    mode: str | None,
    pacing: PacingOptions,
    reset: Sequence[str],
) -> None:
    """Change what is given of a campaign's pacing, and show how it is paced."""
    asked = None if mode is None else choose_mode(mode)

    async def work(connection: AsyncConnection) -> tuple[Mode, Mode, bool, dict[str, Any]]:
        before, kept = await campaigns.paced(connection, name)
        paced = pacing_settings(pacing, before=kept, reset=reset)
        after = asked or before
        changed = (after, paced) != (before, kept)
        if changed:
            await campaigns.set_pacing(connection, name, after, paced)
        return before, after, changed, paced

    before, after, changed, paced = in_transaction(settings, work)
    table = Table("pacing", "value", "")
    table.add_row("mode", after.value, "")
    for option, value, said in pacing_lines(paced):
        table.add_row(option, value, "" if said else "default")
    console.print(table)
    if changed:
        console.print(f"Campaign {name} is paced so from now on.", markup=False)
    if before is not after:
        console.print("What the windows have counted stays; what the other mode has learned is dropped.")
        if after is Mode.PREDICTIVE:
            console.print("Predictive mode learns anew: first it dials one number for each ready agent.")


def set_status(settings: Settings, console: Console, name: str, status: str) -> None:
    """Start or pause a campaign; a running dialer hears of it at once."""

    async def work(connection: AsyncConnection) -> campaigns.Answers:
        await campaigns.set_status(connection, name, CampaignStatus(status))
        return await campaigns.answers(connection, name)

    found = in_transaction(settings, work)
    console.print(f"Campaign {name} is {status}.", markup=False)
    if status == CampaignStatus.RUNNING:
        warn(settings, console, name, found)


def show_status(settings: Settings, console: Console, name: str | None) -> None:
    """One line per campaign, or the whole live picture of one."""

    async def work(connection: AsyncConnection) -> list[tuple[Any, dict[str, Any] | None]]:
        query = select(campaign.c.id, campaign.c.name, campaign.c.status, campaign.c.mode).order_by(campaign.c.id)
        rows = (await connection.execute(query if name is None else query.where(campaign.c.name == name))).all()
        return [(row, await live.read(connection, f"campaign:{row.id}")) for row in rows]

    found = in_transaction(settings, work)
    if not found:
        raise SettingsError("There is no such campaign." if name else "There is no campaign yet: alo campaign create")
    table = Table("campaign", "status", "mode", "dials", "answers", "abandoned", "talking", "ready")
    for row, picture in found:
        totals, calls, people = ((picture or {}).get(key, {}) for key in ("totals", "calls", "agents"))
        figures = [totals.get("dials"), totals.get("answers"), totals.get("abandoned"), calls.get("talking")]
        table.add_row(escape(row.name), row.status, row.mode, *(str(f or 0) for f in [*figures, people.get("ready")]))
    console.print(table)
    if name is not None and found[0][1] is not None:
        console.print(campaign_table(found[0][1]))


def add_agent(settings: Settings, console: Console, *, login: str, name: str, campaigns: Sequence[str]) -> None:
    """Add an agent; what he needs is shown this once."""

    async def work(connection: AsyncConnection) -> agents.NewAgent:
        return await agents.add(connection, login=login, name=name, campaigns=campaigns)

    new = in_transaction(settings, work)
    console.print(f"Agent {new.login} is there. Shown this once:", highlight=False)
    console.print(f"  softphone  user {new.login}, password {new.sip_password}", highlight=False)
    console.print(
        f"             server this machine, port {settings.asterisk.sip_port}; then call: park", highlight=False
    )
    console.print(f"  API token  {new.token}", highlight=False)


def list_agents(settings: Settings, console: Console) -> None:
    """Agents with the campaigns they are enrolled in."""

    async def work(connection: AsyncConnection) -> list[Any]:
        query = (
            select(agent.c.login, agent.c.name, agent.c.active, campaign.c.name.label("campaign"))
            .outerjoin(campaign_agent, campaign_agent.c.agent_id == agent.c.id)
            .outerjoin(campaign, campaign.c.id == campaign_agent.c.campaign_id)
            .order_by(agent.c.login, campaign.c.name)
        )
        return list((await connection.execute(query)).all())

    table = Table("login", "name", "active", "campaigns")
    by_login: dict[str, list[Any]] = {}
    for row in in_transaction(settings, work):
        by_login.setdefault(row.login, []).append(row)
    for login, rows in by_login.items():
        enrolled = ", ".join(row.campaign for row in rows if row.campaign)
        table.add_row(login, escape(rows[0].name), "yes" if rows[0].active else "no", escape(enrolled) or "none")
    console.print(table)
