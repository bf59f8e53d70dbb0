"""What compliance asks of a campaign as a whole. Pure."""

from collections.abc import Collection, Iterable
from datetime import date

from dialer.call.machine import PATIENCE_S
from dialer.campaign.model import Campaign
from dialer.compliance import Limit, Policy
from dialer.compliance.calendar import Holiday
from dialer.compliance.policy import message_within_s, policy_of


def policy_for(campaign: Campaign, holidays: Iterable[Holiday], today: date) -> Policy:
    """The campaign's policy. Raises ValueError when its pack or a limit of its own makes no sense or cannot be kept."""
    own = {
        Limit.ATTEMPTS_PER_NUMBER_PER_DAY.value: campaign.attempts_per_number_per_day,
        Limit.ATTEMPTS_PER_DEBTOR_PER_DAY.value: campaign.attempts_per_debtor_per_day,
    }
    limits = own | campaign.compliance
    policy = policy_of(pack=campaign.pack, hours=campaign.hours, limits=limits, today=today, local=holidays)
    within_s = message_within_s(policy, today)
    if within_s is not None and within_s < PATIENCE_S:
        raise ValueError(
            f"the abandonment message begins {PATIENCE_S:g} s after the answer, {within_s:g} s is asked for"
        )
    return policy


def check_caller_id(campaign: Campaign, declared: Collection[str]) -> None:
    """Raise ValueError when the campaign would call from a number its trunk does not declare."""
    if campaign.caller_id not in declared:
        raise ValueError(f"trunk {campaign.trunk} does not declare the caller id: declared are {', '.join(declared)}")
