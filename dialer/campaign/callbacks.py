"""What an agent and a debtor agreed on: a time on the debtor's clock, and who calls. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dialer.campaign.leads import Callback
from dialer.compliance import Policy, is_open
from dialer.compliance.zones import zone_info, zones_of

CODE = "callback"
"""The disposition that may name a time."""
LATE = timedelta(minutes=1)
FURTHEST = timedelta(days=60)
WHO = ("anyone", "me")


class NotAgreedError(ValueError):
    """The callback cannot be kept as it was said; the sentence says what to do."""


def home_of(number: str, state: str | None, country: str = "BR") -> str:
    """The zone of the debtor's clock: where they live when that is known, else where their number is from."""
    return (zones_of("", state, country) if state else zones_of(number, None, country))[0]


def agreed(
    data: Mapping[str, Any], *, number: str, state: str | None, policy: Policy, now: datetime, agent: str
) -> Callback | None:
    """The callback that a disposition's data name: `{"at": "2026-03-03T15:00", "for": "me"}`; None: they name no time.

    at: without an offset it is the debtor's own clock. for: `me` is the agent who says it, else anyone. policy: its
    hours and holidays hold then too. Raises NotAgreedError.
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
    home = zone_info(home_of(number, state, policy.pack.jurisdiction))
    at = (said if said.tzinfo else said.replace(tzinfo=home)).astimezone(UTC)
    local = f"{at.astimezone(home):%d/%m/%Y %H:%M}"
    if at < now - LATE:
        raise NotAgreedError(f"{local} has passed where the debtor lives: agree on a time to come.")
    if at > now + FURTHEST:
        raise NotAgreedError(f"{local} is more than {FURTHEST.days} days away: agree on an earlier time.")
    if not is_open(policy, number, state, at):
        raise NotAgreedError(f"At {local} nobody may be called where the debtor lives: agree on another time.")
    return Callback(at=at, agent=agent if who == "me" else None)
