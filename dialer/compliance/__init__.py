"""May we ring this number now? Every answer names its rule, its row of the policy pack and that row's source."""

from dialer.compliance.model import Allowed, Ban, History, Policy, Question, Refused, Rule
from dialer.compliance.pack import Limit, Pack
from dialer.compliance.rules import is_open, may_ring

__all__ = [
    "Allowed", "Ban", "History", "Limit", "Pack", "Policy", "Question", "Refused", "Rule", "is_open", "may_ring",
]  # fmt: skip
