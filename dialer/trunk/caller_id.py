"""Under which of the numbers one owns is this telephone called? Near ones first, and each in its turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.places import STATE_OF_DDD, ddd_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """How a caller id was used today. last_s: the last time, in seconds."""

    calls: int = 0
    last_s: float = 0.0

    def again(self, now: float) -> "Use":
        return Use(calls=self.calls + 1, last_s=now)


UNUSED = Use()


def choose_caller_id(
    *, callee: str, declared: Sequence[str], used: Mapping[str, Use], default: str | None = None, local: bool = False
) -> str:
    """One of the trunk's declared numbers. `default`: the campaign's own; `local`: prefer the callee's DDD, then state.

    Of several that are equally near, the one with fewest calls today, then the one longest unused, then the first.
    Raises ValueError when the trunk declares none.
    """
    if not declared:
        raise ValueError("a trunk without declared caller ids cannot be dialled on")
    near = _near(callee, declared) if local else ()
    if not near and default in declared:
        return str(default)
    return min(near or declared, key=lambda number: (_use(used, number).calls, _use(used, number).last_s))


def _near(callee: str, declared: Sequence[str]) -> tuple[str, ...]:
    ddd = ddd_of(callee)
    if ddd is None:
        return ()
    same = tuple(number for number in declared if ddd_of(number) == ddd)
    return same or tuple(number for number in declared if STATE_OF_DDD.get(ddd_of(number) or "") == STATE_OF_DDD[ddd])


def _use(used: Mapping[str, Use], number: str) -> Use:
    return used.get(number, UNUSED)
