"""May we ring this number now? Every answer names its rule."""

from dialer.compliance.model import Allowed, Question, Refused, Rule
from dialer.compliance.rules import may_ring

__all__ = ["Allowed", "Question", "Refused", "Rule", "may_ring"]
