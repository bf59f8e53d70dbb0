"""The rules of a published floor of inbound and outbound calls; its published results are met next door."""

from dataclasses import replace

import pytest

from pacing import Pacer
from pacing.peers.threshold import Threshold
from pacing.simulation.blend import Blend, BlendDay, simulate_blend
from pacing.simulation.blend_agents import Group
from pacing.simulation.chance import Constant

PUBLISHED = Blend()


def threshold(floor: Blend) -> Threshold:
    """The published rule."""
    return Threshold(outbound=floor.seats(Group.BLEND), least_ready=4, calls_per_ready=2.0)


def day(floor: Blend, seed: int) -> BlendDay:
    return simulate_blend(floor, threshold(floor), seed)


class Heard(Threshold):
    """The published rule, and what it was told and asked."""

    def __init__(self, floor: Blend) -> None:
        super().__init__(outbound=floor.seats(Group.BLEND), least_ready=4, calls_per_ready=2.0)
        self.asked: list[float] = []
        self.most = 0
        self.waits: list[float] = []

    def decide(self, at):
        self.asked.append(at)
        self.most = max(self.most, len(self.agents))
        return super().decide(at)

    def abandoned(self, call_id, at):
        self.waits.append(at - self.waiting[call_id])
        super().abandoned(call_id, at)


def test_the_same_seed_is_the_same_day_and_the_same_callers_for_another_policy():
    assert day(PUBLISHED, 1) == day(PUBLISHED, 1)
    other = simulate_blend(PUBLISHED, Pacer(mode="progressive"), 1)
    assert other.arrivals == day(PUBLISHED, 1).arrivals
    assert other.dials != day(PUBLISHED, 1).dials


def test_the_facts_told_fit_together():
    pacer = Pacer(mode="progressive")
    total = simulate_blend(PUBLISHED, pacer, 2)
    assert not pacer.anomalies
    assert pacer.totals["dials"] == total.dials
    assert pacer.totals["answers"] == total.reached
    assert pacer.totals["abandoned"] == total.outbound_abandoned
    assert pacer.totals["connected"] == total.reached - total.outbound_abandoned


def test_the_dialler_is_asked_in_its_hours_only_and_reached_people_wait_five_seconds_at_most():
    heard = Heard(PUBLISHED)
    total = simulate_blend(PUBLISHED, heard, 3)
    assert heard.asked[0] == PUBLISHED.dials_from_s
    assert heard.asked[-1] < PUBLISHED.dials_until_s
    assert heard.waits == pytest.approx([5.0] * total.outbound_abandoned)
    assert 0 < total.outbound_abandoned < total.mismatched < total.reached < total.dials


def test_agents_beyond_the_plan_stay_to_the_end_of_their_call():
    floor = replace(PUBLISHED, arrivals_per_s=(0.1, 0.1, 0.1), inbound_agents=(20, 2, 2), blend_agents=(2, 2, 9))
    heard = Heard(floor)
    total = simulate_blend(floor, heard, 4)
    planned = floor.period_s * sum(floor.inbound_agents)
    assert planned < total.inbound_staffed_s < planned + 20 * 20 * 60.0
    assert total.blend_staffed_s == pytest.approx(floor.period_s * sum(floor.blend_agents))
    assert heard.most == 11


def test_who_left_comes_back_when_more_are_wanted():
    floor = replace(PUBLISHED, arrivals_per_s=(0.001, 0.001, 0.001), inbound_agents=(3, 0, 2), blend_agents=(3, 1, 3))
    heard = Heard(floor)
    total = simulate_blend(floor, heard, 8)
    assert set(heard.agents) == floor.seats(Group.BLEND) | set(sorted(floor.seats(Group.INBOUND))[:2])
    assert total.inbound_staffed_s == pytest.approx(floor.period_s * 5, rel=0.05)


def test_without_a_queue_whoever_has_to_wait_is_lost():
    total = day(replace(PUBLISHED, queue_capacity=0), 5)
    assert total.mismatched == total.outbound_abandoned > 0
    assert total.inbound_abandoned > 0
    assert total.inbound_late == 0


def test_callers_who_all_balk_are_abandoned_and_never_late():
    total = day(replace(PUBLISHED, balks=1.0, inbound_agents=(5, 5, 5)), 6)
    assert total.inbound_abandoned > 0
    assert total.inbound_late == 0


def test_callers_who_give_up_after_the_time_they_should_wait_are_late():
    floor = replace(PUBLISHED, balks=0.0, inbound_agents=(0, 0, 0), blend_agents=(0, 0, 0))
    patient = day(replace(floor, queue_capacity=10_000, inbound_patience=Constant(mean=21.0)), 7)
    assert patient.inbound_late == patient.inbound_abandoned == patient.arrivals
    hasty = day(replace(floor, queue_capacity=10_000, inbound_patience=Constant(mean=19.0)), 7)
    assert hasty.inbound_abandoned == hasty.arrivals
    assert hasty.inbound_late == 0


@pytest.mark.parametrize(
    "given",
    [
        {"reached": (0.3,)},
        {"balks": 1.5},
        {"reached": (0.3, 0.3, -0.1)},
        {"dials_until_s": 1e6},
        {"dials_from_s": -1.0},
    ],
)
def test_what_is_no_such_floor_is_refused_with_what_to_give(given):
    with pytest.raises(ValueError, match="give"):
        Blend(**given)


@pytest.mark.parametrize("given", [{"least_ready": -1}, {"calls_per_ready": -0.5}])
def test_a_threshold_below_nothing_is_refused(given):
    rule = {"least_ready": 4, "calls_per_ready": 2.0}
    with pytest.raises(ValueError, match="give 0 or more"):
        Threshold(outbound=(), **(rule | given))
