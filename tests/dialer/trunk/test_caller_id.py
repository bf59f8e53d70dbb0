"""A telephone is called from near: its own area code, else its own state, else the campaign's number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.places import STATE_OF_DDD, ddd_of
from dialer.trunk.caller_id import Use, choose_caller_id

RIO, SAO_PAULO, CAMPINAS, SECOND_SAO_PAULO = "+552130000000", "+551130000000", "+551930000000", "+551130000001"
DECLARED = (SAO_PAULO, RIO, CAMPINAS, SECOND_SAO_PAULO)


def chosen(callee: str, *, declared: tuple[str, ...] = DECLARED, **more: object) -> str:
    given_ = {"used": {}, "default": RIO, "local": True, **more}
    return choose_caller_id(callee=callee, declared=declared, **given_)  # type: ignore[arg-type]


def test_the_number_of_the_same_area_code_is_nearest() -> None:
    assert chosen("+5519999990000") == CAMPINAS


def test_else_one_of_the_same_state() -> None:
    assert chosen("+5512999990000", declared=(RIO, CAMPINAS)) == CAMPINAS


def test_else_the_campaigns_own() -> None:
    assert chosen("+5585999990000") == RIO
    assert chosen("+12125550123") == RIO


def test_without_local_presence_the_campaigns_own() -> None:
    assert chosen("+5519999990000", local=False) == RIO


def test_a_campaigns_number_this_trunk_does_not_declare_is_not_shown() -> None:
    assert chosen("+5585999990000", default="+556130000000") == SAO_PAULO


def test_two_of_one_area_code_take_turns() -> None:
    used: dict[str, Use] = {}
    shown = []
    for now in range(6):
        number = chosen("+5511999990000", used=used)
        used[number] = used.get(number, Use()).again(now)
        shown.append(number)
    assert shown == [SAO_PAULO, SECOND_SAO_PAULO] * 3


def test_the_one_longest_unused_goes_first_of_those_used_as_often() -> None:
    used = {SAO_PAULO: Use(calls=2, last_s=20.0), SECOND_SAO_PAULO: Use(calls=2, last_s=10.0)}
    assert chosen("+5511999990000", used=used) == SECOND_SAO_PAULO


def test_a_trunk_without_numbers_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="without declared caller ids"):
        chosen("+5511999990000", declared=())


numbers = st.builds(
    lambda ddd, n: f"+55{ddd}{n:08d}", st.sampled_from(sorted(STATE_OF_DDD)), st.integers(20_000_000, 59_999_999)
)
pools = st.lists(numbers, min_size=1, max_size=8, unique=True).map(tuple)
uses = st.builds(Use, calls=st.integers(0, 9), last_s=st.floats(0, 1e6))


@given(numbers, pools, st.dictionaries(numbers, uses), st.none() | numbers, st.booleans())
def test_only_declared_numbers_are_shown_and_never_a_farther_one(
    callee: str, declared: tuple[str, ...], used: dict[str, Use], default: str | None, local: bool
) -> None:
    shown = choose_caller_id(callee=callee, declared=declared, used=used, default=default, local=local)

    assert shown in declared
    ddd = ddd_of(callee)
    assert ddd is not None
    if local and any(ddd_of(n) == ddd for n in declared):
        assert ddd_of(shown) == ddd
    elif local and any(STATE_OF_DDD[ddd_of(n) or ""] == STATE_OF_DDD[ddd] for n in declared):
        assert STATE_OF_DDD[ddd_of(shown) or ""] == STATE_OF_DDD[ddd]
    elif default in declared:
        assert shown == default
    else:
        assert used.get(shown, Use()).calls == min(used.get(n, Use()).calls for n in declared)


@given(pools, st.integers(1, 60))
def test_the_numbers_of_a_pool_are_used_alike(declared: tuple[str, ...], calls: int) -> None:
    used: dict[str, Use] = {}
    for now in range(calls):
        number = choose_caller_id(callee="+12125550123", declared=declared, used=used)
        used[number] = used.get(number, Use()).again(now)
    counts = [used.get(n, Use()).calls for n in declared]
    assert max(counts) - min(counts) <= 1
