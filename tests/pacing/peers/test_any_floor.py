"""What holds for every peer on any floor: launches are whole numbers, never below none, bounded, and repeatable."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pacing.peers import POLICIES, policy_factory
from pacing.simulation.calls import CallClass, MachineDetection, Outcomes
from pacing.simulation.chance import Exponential
from pacing.simulation.policy import Policy
from pacing.simulation.run import simulate
from pacing.simulation.scenario import Scenario
from pacing.simulation.staff import Pauses, Shift, Vanishing

PEERS = [*(name for name in POLICIES if name not in {"progressive", "predictive", "oracle"}), "vicidial-ratio:2"]

floors = st.builds(
    lambda agents, human, machine, talk, on_events: Scenario(
        name="any",
        hours=0.1,
        staff=(Shift(agents=agents, pauses=Pauses(per_hour=10.0), vanishing=Vanishing(per_hour=10.0)),),
        outcomes=Outcomes(human=human, machine=machine, busy=0.1),
        classes=(CallClass(name="mobile"), CallClass(name="landline", human=2.0)),
        talk=Exponential(mean=talk),
        machine_detection=MachineDetection(),
        decide_on_events=on_events,
    ),
    agents=st.integers(0, 12),
    human=st.floats(0.0, 0.6),
    machine=st.floats(0.0, 0.3),
    talk=st.floats(1.0, 200.0),
    on_events=st.booleans(),
)


class Watched:
    """Passes everything on and keeps what was launched."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.launches: list[int] = []

    def __getattr__(self, name: str):
        return getattr(self._policy, name)

    def decide(self, at: float):
        decision = self._policy.decide(at)
        self.launches.append(decision.launch)
        return decision


@pytest.mark.parametrize("name", PEERS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(floor=floors, seed=st.integers(0, 1000))
def test_launches_are_whole_bounded_and_the_same_each_time(name, floor, seed):
    factory = policy_factory(name, target=0.03)
    first, second = Watched(factory(floor, seed)), Watched(factory(floor, seed))
    simulate(floor, first, seed)
    simulate(floor, second, seed)
    agents = floor.staff[0].agents
    assert first.launches == second.launches
    assert all(isinstance(launch, int) and 0 <= launch <= 20 * agents for launch in first.launches)
