"""Many days, on one core or on all."""

import pytest

from pacing.simulator import run_days
from tests.pacing.simulation.policies import certain, ratio_policy


@pytest.mark.parametrize("workers", [1, 2])
def test_days_come_in_the_order_of_their_seeds_and_alike_on_any_number_of_cores(workers):
    days = run_days(certain(), ratio_policy, range(4), workers, name="two")
    assert [day.seed for day in days] == [0, 1, 2, 3]
    assert {day.policy for day in days} == {"two"}
    alone = run_days(certain(), ratio_policy, [2], 1)[0]
    assert days[2].settled_at.tolist() == alone.settled_at.tolist()
    assert days[2].scenario == certain()


def test_days_need_a_worker():
    with pytest.raises(ValueError, match="max_workers"):
        run_days(certain(), ratio_policy, [1], 0)
