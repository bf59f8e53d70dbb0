"""What a campaign's pacer is told of a call, once each: placed, picked up, answered, and how it came out.

Nothing of a call an agent is held for: it needs none of those the pacer counts on. It becomes one of the pacer's when
that agent is lost.
"""

from crm.model import Outcome
from dialer.answer.detector import Finding, GreetingBegan, GreetingEnded
from dialer.call.model import AgentLogin, Answered, CallFact, CallState, PickedUp
from dialer.campaign.kinds import kind_of
from dialer.runtime.line import Line

OUTCOMES = {
    Outcome.NOANSWER: "noanswer",
    Outcome.BUSY: "busy",
    Outcome.MACHINE: "machine",
}


def placed(line: Line, now_s: float) -> None:
    if line.guaranteed:
        return
    line.desk.pacer.placed(line.call.id, now_s, kind=kind_of(line.lead, line.call.placed_at))


def found(line: Line, now_s: float) -> None:
    """How far a call is that the pacer has not heard of; one that was settled before, it has counted."""
    call, pacer = line.call, line.desk.pacer
    line.told_pacer = call.joined_at is not None or call.state is CallState.ABANDONED
    if line.told_pacer or line.guaranteed:
        return
    placed(line, now_s)
    if call.answered_at is not None:
        pacer.picked_up(call.id, now_s)
    if call.live_at is not None:
        pacer.answered(call.id, now_s)


def answer(line: Line, fact: CallFact, now_s: float) -> None:
    """What a fact says of who picked up; other facts say nothing here."""
    if line.guaranteed:
        return
    pacer, call_id = line.desk.pacer, line.call.id
    match fact:
        case PickedUp():
            pacer.picked_up(call_id, now_s)
        case Answered():
            if fact.greeting_ended_ago_s is not None:
                pacer.greeting_ended(call_id, now_s, ago_s=fact.greeting_ended_ago_s)
            pacer.answered(call_id, now_s)
        case _:
            pass


def greeting(line: Line, finding: Finding, now_s: float, heard_s: float) -> None:
    """How far the greeting of who waits is, as a detector finds it; heard_s: so much of the sound it has heard."""
    if line.guaranteed or line.call.state is not CallState.WAITING:
        return
    match finding:
        case GreetingBegan():
            line.desk.pacer.greeting_started(line.call.id, now_s)
        case GreetingEnded():
            line.desk.pacer.greeting_ended(line.call.id, now_s, ago_s=heard_s - finding.at_s)
        case _:
            pass


def connected(line: Line, agent: AgentLogin, now_s: float) -> None:
    if not line.guaranteed:
        line.desk.pacer.connected(line.call.id, agent, now_s)
    line.told_pacer = True


def abandoned(line: Line, now_s: float) -> None:
    if line.told_pacer or line.guaranteed:
        return
    line.told_pacer = True
    if line.call.live_at is None:
        # Who hung up while being listened to is taken for a person: nobody found a machine.
        line.desk.pacer.answered(line.call.id, now_s)
    line.desk.pacer.abandoned(line.call.id, now_s)


def end(line: Line, now_s: float) -> None:
    """How a call came out that is over, where it was not settled before."""
    outcome = line.call.outcome
    assert outcome is not None
    if line.call.answered_at is not None and outcome is not Outcome.MACHINE:
        abandoned(line, now_s)
    elif not (line.told_pacer or line.guaranteed):
        line.told_pacer = True
        line.desk.pacer.rang_out(line.call.id, now_s, OUTCOMES.get(outcome, "failed"))


def agent_lost(line: Line, now_s: float) -> None:
    """The agent who was held for the call is there no more: it needs one like any other."""
    if line.guaranteed:
        line.guaranteed = False
        found(line, now_s)
