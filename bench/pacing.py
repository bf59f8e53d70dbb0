"""How long a decision and a fact take on a full floor: 500 agents, 1,000 calls in flight."""

from time import perf_counter

from pacing import Pacer, PacingTarget

AGENTS, CALLS = 500, 1000


def run(quick: bool) -> dict[str, float]:
    """Microseconds: `decide_us` and `fact_us` are medians, `decide_p99_us` is the 99th percentile."""
    target = PacingTarget(max_lines=2000, max_lines_per_agent=4.0, calls_per_second=50.0)
    pacer = Pacer(mode="predictive", target=target)
    for agent in range(AGENTS):
        pacer.agent(agent, "ready", 0.0)
    for call in range(CALLS):
        pacer.placed(call, 0.0)
    singles, facts = [], []
    for turn in range(2_000 if quick else 50_000):
        at, call = 1.0 + turn / 1_000, CALLS + turn
        start = perf_counter()
        pacer.decide(at)
        middle = perf_counter()
        pacer.placed(call, at)
        pacer.answered(call, at)
        pacer.connected(call, turn % AGENTS, at)
        pacer.agent(turn % AGENTS, "wrapup", at)
        pacer.agent(turn % AGENTS, "ready", at)
        singles.append(middle - start)
        facts.append((perf_counter() - middle) / 5)
    singles.sort()
    facts.sort()
    return {
        "decide_us": round(singles[len(singles) // 2] * 1e6, 2),
        "decide_p99_us": round(singles[len(singles) * 99 // 100] * 1e6, 2),
        "fact_us": round(facts[len(facts) // 2] * 1e6, 2),
    }
