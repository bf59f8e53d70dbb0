"""What an agent and a debtor agreed on: a time on the debtor's clock, and who calls. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from crm.model import WeeklyHours
from dialer.campaign.leads import Callback
from dialer.compliance.zones import zone_info, zones_of

CODE = "callback"
"""The disposition that may name a time."""
LATE = timedelta(minutes=1)
FURTHEST = timedelta(days=60)
WHO = ("anyone", "me")


class NotAgreedError(ValueError):
    """The callback cannot be kept as it was said; the sentence says what to do."""


def home_of(number: str, state: str | None) -> str:
    """The zone of the debtor's clock: where they live when that is known, else where their number is from."""
    return (zones_of("", state) if state else zones_of(number, None))[0]


def agreed(
    data: Mapping[str, Any], *, number: str, state: str | None, hours: WeeklyHours, now: datetime, agent: str
) -> Callback | None:
    """The callback that a disposition's data name: `{"at": "2026-03-03T15:00", "for": "me"}`; None: they name no time.

    at: without an offset it is the debtor's own clock. for: `me` is the agent who says it, else anyone. hours: in which
    the campaign may call. Raises NotAgreedError.
    """
    if data.get("at") in (None, ""):
        return None
    who = data.get("for", WHO[0])
    if who not in WHO:
        raise NotAgreedError(f"A callback is for {' or for '.join(WHO)}, not for {who}.")
    try:
        said = datetime.fromisoformat(str(data["at"]))
    except ValueError:
        raise NotAgreedError(f"{data['at']} is no time: write the debtor's own as 2026-03-03T15:00.") from None
    at = (said if said.tzinfo else said.replace(tzinfo=zone_info(home_of(number, state)))).astimezone(UTC)
    local = f"{at.astimezone(zone_info(home_of(number, state))):%d/%m/%Y %H:%M}"
    if at < now - LATE:
        raise NotAgreedError(f"{local} has passed where the debtor lives: agree on a time to come.")
    if at > now + FURTHEST:
        raise NotAgreedError(f"{local} is more than {FURTHEST.days} days away: agree on an earlier time.")
    if not all(hours.open_at(at.astimezone(zone_info(zone))) for zone in zones_of(number, state)):
        raise NotAgreedError(f"At {local} this campaign may not call where the debtor lives: agree on another time.")
    return Callback(at=at, agent=agent if who == "me" else None)
