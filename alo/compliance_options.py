"""What `alo campaign create` says of compliance, checked against the pack."""

from collections.abc import Sequence
from datetime import UTC, datetime

from base.errors import SettingsError
from crm.model import WeeklyHours
from dialer.compliance.policy import looser, policy_of


def own_rules(pack: str, hours: WeeklyHours, limits: Sequence[str]) -> dict[str, float]:
    """The limits of a new campaign, of `name=number` each. Raises SettingsError where one is looser than the pack."""
    own = dict(_limit(text) for text in limits)
    today = datetime.now(UTC).date()
    try:
        policy = policy_of(pack=pack, hours=hours, limits=own, today=today)
    except ValueError as error:
        raise SettingsError(f"These rules make no sense: {error}.") from error
    if beyond := looser(policy, today):
        raise SettingsError(
            f"A campaign may only be stricter than its pack {pack}: {'; '.join(beyond)}. "
            "Narrow [hours] in alo.toml, or the limit."
        )
    return own


def _limit(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        return name.strip(), float(number)
    except ValueError:
        raise SettingsError(f"{text} is no limit: write it like days_after_conversation=3.") from None
