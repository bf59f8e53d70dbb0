"""Campaigns as people manage them; a running dialer is told of each change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from crm import commands
from crm.errors import CampaignError
from crm.model import AnswerDetection, CampaignId, CampaignStatus, Mode, WeeklyHours
from crm.tables import campaign, creditor

CHANGED = "campaign.changed"

_MAY_BECOME = {
    CampaignStatus.DRAFT: {CampaignStatus.RUNNING, CampaignStatus.FINISHED},
    CampaignStatus.RUNNING: {CampaignStatus.PAUSED, CampaignStatus.FINISHED},
    CampaignStatus.PAUSED: {CampaignStatus.RUNNING, CampaignStatus.FINISHED},
    CampaignStatus.FINISHED: set(),
}


async def create(
    connection: AsyncConnection,
    *,
    name: str,
    creditor: str,
    trunk: str,
    caller_id: str,
    mode: Mode,
    hours: WeeklyHours,
    ring_timeout_s: int = 25,
    wrapup_timeout_s: int = 30,
    pacing: Mapping[str, Any] | None = None,
    pack: str = "br",
    compliance: Mapping[str, float] | None = None,
    abandonment_message: str | None = None,
    answer_detection: AnswerDetection = AnswerDetection.OFF,
) -> CampaignId:
    """Create a campaign that is not yet started; its creditor is made when new. Raises CampaignError.

    pacing, pack, compliance: as the dialer reads them, and checked by it. abandonment_message: the name of a sound it
    has.
    """
    if not name.strip() or name != name.strip():
        raise CampaignError("A campaign needs a name, without spaces around it.")
    if not any(hours.days):
        raise CampaignError("These calling hours never open: give at least one day some hours.")
    statement = insert(campaign).values(
        name=name,
        creditor_id=await _creditor_id(connection, creditor),
        trunk=trunk,
        caller_id=caller_id,
        mode=mode.value,
        hours=hours.to_json(),
        ring_timeout_s=ring_timeout_s,
        wrapup_timeout_s=wrapup_timeout_s,
        pacing=dict(pacing or {}),
        pack=pack,
        compliance=dict(compliance or {}),
        abandonment_message=abandonment_message,
        answer_detection=answer_detection.value,
    )
    made = await connection.execute(statement.on_conflict_do_nothing(index_elements=["name"]).returning(campaign.c.id))
    campaign_id = made.scalar_one_or_none()
    if campaign_id is None:
        raise CampaignError(f"There is a campaign {name} already. Choose another name.")
    return CampaignId(campaign_id)


async def set_status(connection: AsyncConnection, name: str, status: CampaignStatus) -> CampaignId:
    """Start, pause or finish a campaign; saying it again changes nothing. Raises CampaignError."""
    row = await locked(connection, name)
    before = CampaignStatus(row.status)
    if before is not status:
        if status not in _MAY_BECOME[before]:
            raise CampaignError(f"Campaign {name} is {before} and cannot become {status}.")
        await _change(connection, row.id, status=status.value)
    return CampaignId(row.id)


async def paced(connection: AsyncConnection, name: str) -> tuple[Mode, dict[str, Any]]:
    """The campaign's mode and pacing, kept from change until the transaction ends. Raises CampaignError."""
    row = await locked(connection, name)
    return Mode(row.mode), dict(row.pacing)


async def set_pacing(connection: AsyncConnection, name: str, mode: Mode, pacing: Mapping[str, Any]) -> CampaignId:
    """Pace a campaign otherwise; saying the same again changes nothing. Raises CampaignError.

    pacing: as the dialer reads it, and checked by it.
    """
    row = await locked(connection, name)
    if CampaignStatus(row.status) is CampaignStatus.FINISHED:
        raise CampaignError(f"Campaign {name} is finished: its pacing changes nothing any more.")
    if (row.mode, row.pacing) != (mode.value, dict(pacing)):
        await _change(connection, row.id, mode=mode.value, pacing=dict(pacing))
    return CampaignId(row.id)


async def settings_of(connection: AsyncConnection, name: str, column: str) -> dict[str, Any]:
    """What the campaign says in a column of settings, kept from change until the transaction ends.

    Raises CampaignError.
    """
    row = await locked(connection, name)
    return dict(getattr(row, column))


async def change_settings(connection: AsyncConnection, name: str, **columns: Any) -> CampaignId:
    """Write columns of settings; saying the same again changes nothing. Raises CampaignError.

    columns: as the dialer reads them, and checked by it.
    """
    row = await locked(connection, name)
    if CampaignStatus(row.status) is CampaignStatus.FINISHED:
        raise CampaignError(f"Campaign {name} is finished: its settings change nothing any more.")
    if any(getattr(row, column) != value for column, value in columns.items()):
        await _change(connection, row.id, **columns)
    return CampaignId(row.id)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What a campaign does with who picks up.

    abandonment_message: the name of the sound for those for whom no agent comes in time; None: the built-in one.
    """

    creditor: str
    caller_id: str
    abandonment_message: str | None
    answer_detection: AnswerDetection


async def answers(connection: AsyncConnection, name: str) -> Answers:
    """What the campaign does with who picks up, kept from change until the transaction ends. Raises CampaignError."""
    row = await locked(connection, name)
    who = await connection.scalar(select(creditor.c.name).where(creditor.c.id == row.creditor_id))
    return Answers(
        creditor=who or "",
        caller_id=row.caller_id,
        abandonment_message=row.abandonment_message,
        answer_detection=AnswerDetection(row.answer_detection),
    )


async def set_answers(
    connection: AsyncConnection, name: str, *, message: str | None, detection: AnswerDetection
) -> CampaignId:
    """Do otherwise with who picks up; saying the same again changes nothing. Raises CampaignError."""
    columns = {"abandonment_message": message, "answer_detection": detection.value}
    return await change_settings(connection, name, **columns)


async def names(connection: AsyncConnection) -> list[str]:
    """The names of all campaigns, oldest first."""
    return list((await connection.scalars(select(campaign.c.name).order_by(campaign.c.id))).all())


async def running(connection: AsyncConnection) -> list[str]:
    """The names of the campaigns that run, oldest first."""
    query = select(campaign.c.name).where(campaign.c.status == CampaignStatus.RUNNING.value).order_by(campaign.c.id)
    return list((await connection.scalars(query)).all())


async def _creditor_id(connection: AsyncConnection, name: str) -> int:
    if not name.strip():
        raise CampaignError("The creditor has no name. Say whose debts these are.")
    await connection.execute(insert(creditor).values(name=name).on_conflict_do_nothing(index_elements=["name"]))
    return int((await connection.execute(select(creditor.c.id).where(creditor.c.name == name))).scalar_one())


async def locked(connection: AsyncConnection, name: str) -> Row[Any]:
    """The campaign's row, kept from change until the transaction ends. Raises CampaignError naming those there are."""
    query = select(campaign).where(campaign.c.name == name).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        known = ", ".join(await names(connection)) or "none yet"
        raise CampaignError(f"There is no campaign {name}. Campaigns: {known}.")
    return row


async def _change(connection: AsyncConnection, campaign_id: int, **values: Any) -> None:
    await connection.execute(update(campaign).where(campaign.c.id == campaign_id).values(values))
    await tell_changed(connection, campaign_id)


async def tell_changed(connection: AsyncConnection, campaign_id: int) -> None:
    """Let a running dialer read the campaign again."""
    await commands.ask(connection, CHANGED, {"campaign_id": campaign_id})
