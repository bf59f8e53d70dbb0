"""One picture of a campaign that several nodes dial for, from the picture of each."""

from collections.abc import Mapping, Sequence
from typing import Any

ADDED = ("ready", "talking", "wrapup", "paused", "leaving", "in_flight", "waiting", "wanted", "anomalies", "launch")
"""The pacers' numbers that are counts of agents and calls."""

AT_WORK = ("ready", "talking", "wrapup")


def together(pictures: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Calls and agents of all nodes; the rest is the picture of the node with most agents at work.

    pictures: by node, one or more. An agent who is at one node is shown as he is there.
    """
    leading = max(sorted(pictures), key=lambda node: sum(pictures[node]["agents"].get(state, 0) for state in AT_WORK))
    first, every = pictures[leading], [pictures[node] for node in sorted(pictures)]
    agents = _agents(every)
    pacing = dict(first["pacing"])
    pacing |= {name: sum(one["pacing"].get(name, 0) for one in every) for name in ADDED if name in pacing}
    return {
        **first,
        "calls": {column: sum(one["calls"].get(column, 0) for one in every) for column in first["calls"]},
        "agents": {state: sum(a["state"] == state for a in agents) for state in first["agents"]},
        "agent_list": agents,
        "pacing": pacing,
        "list_empty": all(one["list_empty"] for one in every),
    }


def _agents(pictures: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for picture in pictures:
        for agent in picture["agent_list"]:
            known = found.get(agent["login"])
            if known is None or known["state"] == "offline":
                found[agent["login"]] = agent
    return [found[login] for login in sorted(found)]
