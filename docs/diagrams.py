"""Draws the transition tables into ARCHITECTURE.md: `python docs/diagrams.py`. The tables are the source."""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from dialer.agent.model import AgentState
from dialer.agent.table import TABLE as AGENT
from dialer.call.model import CallState
from dialer.call.table import TABLE as CALL

PAGE = Path(__file__).parents[1] / "ARCHITECTURE.md"

Arrow = tuple[str, str, str]


def call_diagram() -> str:
    """The call's machine; what it asks for is written after a slash."""
    arrows = []
    for (state, fact), transition in CALL.items():
        orders = ", ".join(order.value for order in transition.orders)
        arrows.append((state.value, transition.to.value, fact.__name__ + (f" / {orders}" if orders else "")))
    return _diagram(CallState.PLACED, arrows, end=CallState.ENDED)


def agent_diagram() -> str:
    """The agent's machine."""
    return _diagram(AgentState.OFFLINE, ((s.value, to.value, fact.__name__) for (s, fact), to in AGENT.items()))


MACHINES = {"call": call_diagram, "agent": agent_diagram}
"""Each machine's diagram, by the folder of `dialer` its table is in."""


def drawn(page: str) -> str:
    """The page with every diagram as the tables have them now."""
    for name, diagram in MACHINES.items():
        place = re.compile(rf"(<!-- {name} machine -->\n).*?(<!-- end -->)", re.DOTALL)
        drawing = diagram()
        page, found = place.subn(lambda m, d=drawing: f"{m[1]}```mermaid\n{d}```\n{m[2]}", page)
        assert found == 1, f"ARCHITECTURE.md has no place for the {name} machine"
    return page


def _diagram(first: str, arrows: Iterable[Arrow], end: str | None = None) -> str:
    labels: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for source, target, label in arrows:
        labels[source, target].append(label)
    lines = ["stateDiagram-v2", f"    [*] --> {first}"]
    lines += [f"    {source} --> {target}: {'<br/>'.join(texts)}" for (source, target), texts in labels.items()]
    if end is not None:
        lines.append(f"    {end} --> [*]")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
