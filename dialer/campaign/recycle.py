"""When may a lead be dialled again, and how often? A rule per outcome and disposition; a campaign may say otherwise.

The defaults of outcomes stand in one table here, those of dispositions in the table `disposition`. What a campaign says
otherwise is its column `recycling`:
`{"outcomes": {"busy": {"after_s": 900, "most": 4}}, "dispositions": {"refusal": {"after_s": 604800, "most": 2}}}`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from crm.model import Mode, Outcome

MINUTE_S = 60
HOUR_S = 60 * MINUTE_S
DAY_S = 24 * HOUR_S
DROP_LOCK_OUT_S = 72 * HOUR_S
"""After a dropped call, unless an agent is guaranteed (Ofcom, Persistent misuse: statement of policy, 2016)."""
LONGEST_S = 366 * DAY_S
MOST_TIMES = 100


AGENT_GUARANTEED = frozenset({Mode.PREVIEW})
"""Modes in which an agent waits for the call before it is dialled, and for no other."""


class Source(StrEnum):
    """Who decides the delay when the outcome alone does not."""

    CAMPAIGN = "campaign"
    """campaign.recycle_after_s"""
    DISPOSITION = "disposition"
    """disposition.recycle_after_s; the same row says whether the lead closes and the number falls silent."""


@dataclass(frozen=True, kw_only=True)
class Recycle:
    """What an outcome does to the lead.

    delay: seconds from the call's end, or who decides them. consumes: it counts against attempts_per_lead and the
    day's limits. kills_number: the contact point is dead. debtor_rests_s: so long nobody dials the debtor in any
    campaign without an agent guaranteed; the delay is that of a campaign that guarantees one.
    """

    delay: int | Source
    consumes: bool = True
    kills_number: bool = False
    debtor_rests_s: int | None = None

    @property
    def delay_s(self) -> int | None:
        """The seconds, or None when somebody else decides."""
        return None if isinstance(self.delay, Source) else self.delay


RULES: Mapping[Outcome, Recycle] = MappingProxyType(
    {
        Outcome.CONNECTED: Recycle(delay=Source.DISPOSITION),
        Outcome.BUSY: Recycle(delay=10 * MINUTE_S),
        Outcome.NOANSWER: Recycle(delay=Source.CAMPAIGN),
        Outcome.MACHINE: Recycle(delay=4 * HOUR_S),
        # The debtor heard nobody.
        Outcome.ABANDONED: Recycle(delay=Source.CAMPAIGN, debtor_rests_s=DROP_LOCK_OUT_S),
        Outcome.HANGUP_EARLY: Recycle(delay=Source.CAMPAIGN),
        # Our own trunk was full: the debtor's telephone never rang.
        Outcome.CONGESTION: Recycle(delay=MINUTE_S, consumes=False),
        Outcome.FAILED: Recycle(delay=Source.CAMPAIGN),
        # Soon, but on the debtor's next number.
        Outcome.DEAD_NUMBER: Recycle(delay=MINUTE_S, kills_number=True),
        Outcome.UNKNOWN: Recycle(delay=Source.CAMPAIGN),
    }
)

NAMED_CAUSES: Mapping[int, tuple[str, Outcome, Recycle]] = MappingProxyType(
    {
        20: ("absent", Outcome.NOANSWER, Recycle(delay=2 * HOUR_S)),
        21: ("rejected", Outcome.BUSY, Recycle(delay=4 * HOUR_S)),
    }
)
"""Hang-up causes with a rule of their own: switched off or out of the network's area; the red button."""

OUTCOME_NAMES = (*(o.value for o in Outcome if o is not Outcome.CONNECTED), *(n for n, _, _ in NAMED_CAUSES.values()))
"""What `outcomes` may hold; a call that was connected follows its disposition."""


def rule_of(outcome: Outcome, cause: int | None) -> tuple[str, Recycle]:
    """The name and the default rule of how a call ended."""
    name, of, rule = NAMED_CAUSES.get(cause if cause is not None else -1, ("", None, RULES[outcome]))
    return (name, rule) if of is outcome else (outcome.value, RULES[outcome])


def default_of(name: str) -> Recycle:
    """The default rule behind a name of `OUTCOME_NAMES`."""
    return next((rule for n, _, rule in NAMED_CAUSES.values() if n == name), None) or RULES[Outcome(name)]


def check_recycling(settings: Mapping[str, Any], codes: Collection[str], closing: Collection[str] = ()) -> None:
    """Raise ValueError, in a sentence that says what to give, where a campaign's recycling makes no sense.

    codes: the dispositions there are. closing: those that close the lead, of which nothing can be recycled.
    """
    _only("recycling", settings, ("outcomes", "dispositions"))
    for kind, known in (("outcomes", OUTCOME_NAMES), ("dispositions", tuple(codes))):
        rules = _table(f"recycling.{kind}", settings.get(kind, {}))
        _only(f"recycling.{kind}", rules, known)
        for name, given in rules.items():
            place = f"recycling.{kind}.{name}"
            if kind == "dispositions" and name in closing:
                raise ValueError(f"{place}: {name} closes the lead, so there is nothing to recycle")
            rule = _table(place, given)
            _only(place, rule, ("after_s", "most"))
            _whole(f"{place}.after_s", rule.get("after_s"), 0, LONGEST_S)
            _whole(f"{place}.most", rule.get("most"), 1, MOST_TIMES)
            if kind == "outcomes":
                _check_outcome(place, name, rule)


def _check_outcome(place: str, name: str, rule: Mapping[str, Any]) -> None:
    default = default_of(name)
    if rule.get("after_s", LONGEST_S) < (default.debtor_rests_s or 0):
        raise ValueError(f"{place}.after_s is {rule['after_s']}: a debtor who heard nobody rests 72 hours or more")
    if not default.consumes and "most" in rule:
        raise ValueError(f"{place}.most: {name} is our own trunk's trouble and closes no lead; leave it out")
    if not default.consumes and rule.get("after_s", MINUTE_S) < 1:
        raise ValueError(f"{place}.after_s is 0: give a full trunk a second at least")


def _table(place: str, given: object) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise ValueError(f"{place} is {given}: give an object")  # noqa: TRY004 — wrong words, not a wrong program
    return given


def _only(place: str, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    unknown = sorted(given.keys() - set(known))
    if unknown:
        raise ValueError(f"{place} has no {', '.join(unknown)}: it may hold {', '.join(known)}")


def _whole(place: str, given: object, least: int, most: int) -> None:
    whole = isinstance(given, int) and not isinstance(given, bool)
    if given is not None and not (whole and least <= given <= most):  # type: ignore[operator]
        raise ValueError(f"{place} is {given}: give a whole number from {least} to {most}")
