"""Any facts in any order: the laws hold, nothing raises, and the same facts give the same decisions."""

import json
import math

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pacing import Pacer, PacingTarget
from pacing.predict.law import MOST_LINES_PER_AGENT
from tests.pacing.floors import taught

AGENTS = st.sampled_from(["ana", 7, ("tuple", 1), None, frozenset({"bia"}), b"caio"])
CALLS = st.sampled_from([f"call-{number}" for number in range(8)] + [0, (0, 1), None, frozenset()])
STATES = st.sampled_from(["ready", "ready", "ready", "talking", "wrapup", "paused", "offline", "lunch"])
OUTCOMES = st.sampled_from(["noanswer", "busy", "failed", "machine", "eaten"])
STEPS = st.one_of(
    st.floats(0.0, 30.0),
    st.sampled_from([0.0, 0.0, 200.0, -3.0, -1e6, 90_000.0, math.nan, math.inf]),
)
KINDS = st.sampled_from([None, "14/1/mobile", "14/2/fixed"])
RATIO = 2.4
TAUGHT = taught()


def experienced() -> Pacer:
    pacer = Pacer(mode="predictive", seed=1)
    pacer.restore(TAUGHT)
    return pacer


class AnyFacts(RuleBasedStateMachine):
    """Pacers of every mode, a twin of each, and one that has one more ready agent, hear the same facts."""

    def __init__(self):
        super().__init__()
        self.at = 0.0
        self.fresh = 0
        limited = PacingTarget(max_lines=6, max_lines_per_agent=2.0, calls_per_second=3.0, clock_start="greeting_end")
        counted = PacingTarget(
            denominator="live_and_false_machines",
            false_machine_share=0.1,
            windows_s=[60.0, 3600.0],
            answer_to_agent_s=1.0,
        )
        make = {
            "progressive": lambda: Pacer(mode="progressive", seed=1),
            "ratio": lambda: Pacer(mode="ratio", ratio=RATIO, seed=1),
            "predictive": lambda: Pacer(mode="predictive", seed=1),
            "experienced": experienced,
            "limited": lambda: Pacer(mode="ratio", ratio=RATIO, target=limited, seed=1),
            "counted": lambda: Pacer(mode="progressive", target=counted, seed=1),
            "preview": lambda: Pacer(mode="preview", seed=1),
        }
        self.pacers = {name: build() for name, build in make.items()}
        self.twins = {name: build() for name, build in make.items()}
        self.richer = {name: build() for name, build in make.items()}
        for pacer in self.richer.values():
            pacer.agent("one more", "ready", 0.0)

    def tell(self, fact, step, *arguments):
        at = self.at + step
        if at > self.at or at < self.at - 180.0:
            self.at = at if math.isfinite(at) else self.at
        for pacer in [*self.pacers.values(), *self.twins.values(), *self.richer.values()]:
            match fact, arguments:
                case "rang_out", (call, outcome):
                    pacer.rang_out(call, at, outcome)
                case "placed", (call, kind):
                    pacer.placed(call, at, kind=kind)
                case _:
                    getattr(pacer, fact)(*arguments, at)

    @rule(agent=AGENTS, state=STATES, step=STEPS)
    def agent(self, agent, state, step):
        self.tell("agent", step, agent, state)

    @rule(agent=AGENTS, step=STEPS, fact=st.sampled_from(["leaving", "leaving", "staying"]))
    def leaving_or_staying(self, agent, step, fact):
        self.tell(fact, step, agent)

    @rule(call=CALLS, step=STEPS, fact=st.sampled_from(["greeting_started", "greeting_ended"]))
    def greeting(self, call, step, fact):
        self.tell(fact, step, call)

    @rule(call=CALLS, step=STEPS, kind=KINDS)
    def placed(self, call, step, kind):
        self.tell("placed", step, call, kind)

    @rule(call=CALLS, step=STEPS, outcome=OUTCOMES)
    def rang_out(self, call, step, outcome):
        self.tell("rang_out", step, call, outcome)

    @rule(call=CALLS, step=STEPS)
    def answered(self, call, step):
        self.tell("answered", step, call)

    @rule(call=CALLS, agent=AGENTS, step=STEPS)
    def connected(self, call, agent, step):
        self.tell("connected", step, call, agent)

    @rule(call=CALLS, step=STEPS)
    def abandoned(self, call, step):
        self.tell("abandoned", step, call)

    @rule(step=st.floats(0.0, 5.0))
    def dials_what_progressive_decides(self, step):
        for _ in range(self.pacers["progressive"].decide(self.at).launch):
            self.fresh += 1
            self.tell("placed", step, f"dialled-{self.fresh}", None)

    @precondition(lambda self: self.fresh)
    @rule(step=st.floats(0.0, 5.0), back=st.integers(0, 5))
    def a_dialled_call_is_answered(self, step, back):
        self.tell("answered", step, f"dialled-{self.fresh - back}")

    @rule()
    def a_state_goes_through_json(self):
        for name, pacer in self.pacers.items():
            restored = Pacer(mode=pacer.mode, target=pacer.target)
            restored.restore(json.loads(json.dumps(pacer.state())))
            assert restored.state() == pacer.state() == self.twins[name].state()

    @invariant()
    def the_laws_hold(self):
        decisions = {name: pacer.decide(self.at) for name, pacer in self.pacers.items()}
        assert decisions == {name: pacer.decide(self.at) for name, pacer in self.pacers.items()}
        assert decisions == {name: pacer.decide(self.at) for name, pacer in self.twins.items()}
        for decision in decisions.values():
            assert isinstance(decision.launch, int)
            assert decision.launch >= 0
            assert all(number >= 0 for name, number in decision.numbers.items() if name != "next_call_at")
            json.dumps([decision.reason, dict(decision.numbers)], allow_nan=False)
            shares = [number for name, number in decision.numbers.items() if name.startswith("abandonment")]
            assert all(share <= 1.0 for share in shares)
        for pacer in self.pacers.values():
            up = {*pacer._floor.in_flight, *pacer._floor.waiting}
            assert up >= {*pacer._floor.kinds, *pacer._floor._waits._began}
        for name, pacer in self.richer.items():
            assert pacer.decide(self.at).launch >= decisions[name].launch
        numbers = decisions["progressive"].numbers
        ready, held = numbers["ready"], numbers["in_flight"] + numbers["waiting"]
        assert decisions["progressive"].launch == max(0, ready - held)
        assert decisions["predictive"].launch == decisions["progressive"].launch
        assert decisions["experienced"].launch >= decisions["progressive"].launch
        at_work = ready + numbers["talking"] + numbers["wrapup"]
        assert decisions["experienced"].launch <= max(ready, MOST_LINES_PER_AGENT * at_work)
        if at_work == 1:
            assert decisions["experienced"].launch == decisions["progressive"].launch
        assert decisions["counted"].launch == decisions["progressive"].launch
        assert decisions["ratio"].launch == 0 or decisions["ratio"].launch + held <= math.floor(RATIO * ready)
        assert decisions["limited"].launch <= decisions["ratio"].launch
        assert decisions["limited"].launch <= max(0, 6 - held - numbers["talking"])
        assert decisions["preview"].launch == 0
        if ready and not held:
            assert decisions["progressive"].launch >= 1
            assert decisions["ratio"].launch >= 1

    @rule()
    def after_long_silence_every_ready_agent_is_dialled_for(self):
        self.at += 180.0
        for pacers in (self.pacers, self.twins, self.richer):
            decision = pacers["progressive"].decide(self.at)
            assert decision.launch == decision.numbers["ready"]


AnyFacts.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
test_any_facts = AnyFacts.TestCase
