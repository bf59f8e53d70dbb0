"""A Pacer that has learned from calls made up evenly: what it then knows of them can be told beforehand."""

from pacing import Mode, Pacer, PacingTarget

ANSWER_S, FAILED_S, TALK_S, WRAP_S = 10.0, 20.0, 100.0, 30.0


def learned_pacer(
    *,
    live: int = 100,
    calls_for_each: int = 4,
    agents: int = 10,
    target: float = 0.03,
    mode: Mode = Mode.PREDICTIVE,
    at: float = 0.0,
) -> Pacer:
    """After `live` talks, each with `calls_for_each` calls; so many agents are ready at the end."""
    pacer = Pacer(mode, PacingTarget(abandonment=target))
    for agent in range(agents):
        pacer.agent(agent, "ready", at)
    for number in range(live):
        for nobody in range(calls_for_each - 1):
            pacer.placed((number, nobody), at)
        pacer.placed(number, at)
        pacer.answered(number, at + ANSWER_S)
        pacer.connected(number, 0, at + ANSWER_S)
        for nobody in range(calls_for_each - 1):
            pacer.rang_out((number, nobody), at + FAILED_S, "noanswer")
        pacer.agent(0, "wrapup", at + ANSWER_S + TALK_S)
        pacer.agent(0, "ready", at + ANSWER_S + TALK_S + WRAP_S)
        pacer.decide(at + ANSWER_S + TALK_S + WRAP_S)
        at += ANSWER_S + TALK_S + WRAP_S + 1.0
    return pacer
