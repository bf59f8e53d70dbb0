"""A campaign as the dialer runs it."""

from dataclasses import dataclass, field
from typing import Any

from crm.model import AnswerDetection, CampaignStatus, Mode, WeeklyHours
from dialer.compliance.reading import DEFAULT_PACK


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """The settings of one campaign; seconds and counts as named."""

    id: int
    name: str
    status: CampaignStatus
    mode: Mode
    trunk: str
    caller_id: str
    hours: WeeklyHours
    attempts_per_number_per_day: int
    attempts_per_debtor_per_day: int
    attempts_per_lead: int
    ring_timeout_s: int
    wrapup_timeout_s: int
    recycle_after_s: int
    pacing: dict[str, Any] = field(default_factory=dict)
    pack: str = DEFAULT_PACK
    compliance: dict[str, float] = field(default_factory=dict)
    """Limits of its own by name, those of dialer.compliance.Limit; they can only be stricter than the pack's."""
    abandonment_message: str | None = None
    """The sound that is played when no agent comes in time, by its name in `dialer.answer.sounds`; None: ours."""
    answer_detection: AnswerDetection = AnswerDetection.OFF
    lists: tuple[tuple[int, int], ...] = ()
    """Number and weight of each list; none: one queue of all leads."""
