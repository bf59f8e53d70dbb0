"""One picture of a campaign from the picture of each node."""

from typing import Any

from dialer.runtime.together import together


def picture(agents: dict[str, str], *, talking: int = 0, ringing: int = 0, **more: Any) -> dict[str, Any]:
    states = dict.fromkeys(("ready", "talking", "paused", "offline"), 0)
    for state in agents.values():
        states[state] += 1
    return {
        "campaign": {"id": 1},
        "calls": {"ringing": ringing, "talking": talking},
        "agents": states,
        "agent_list": [{"login": login, "state": state} for login, state in agents.items()],
        "pacing": {"ready": states["ready"], "launch": 2, "reason": "launching", "answer_probability": 0.2},
        "list_empty": False,
        **more,
    }


def test_one_node_alone_is_the_whole_picture():
    alone = picture({"ana": "ready"}, ringing=3)
    assert together({"north": alone}) == alone


def test_calls_and_agents_are_added_and_the_larger_floor_tells_the_rest():
    north = picture({"ana": "talking", "bia": "ready", "caio": "offline"}, talking=1, ringing=2)
    south = picture({"ana": "offline", "bia": "offline", "caio": "ready"}, ringing=1)
    south["pacing"] |= {"answer_probability": 0.3, "reason": "cold_start"}
    whole = together({"south": south, "north": north})
    assert whole["calls"] == {"ringing": 3, "talking": 1}
    assert whole["agents"] == {"ready": 2, "talking": 1, "paused": 0, "offline": 0}
    assert [(agent["login"], agent["state"]) for agent in whole["agent_list"]] == [
        ("ana", "talking"),
        ("bia", "ready"),
        ("caio", "ready"),
    ]
    assert whole["pacing"] == {"ready": 2, "launch": 4, "reason": "launching", "answer_probability": 0.2}


def test_every_node_draws_the_same():
    north, south = picture({"ana": "ready"}, ringing=2), picture({"bia": "ready"}, talking=1)
    assert together({"north": north, "south": south}) == together({"south": south, "north": north})


def test_the_list_is_empty_when_it_is_for_all():
    full, empty = picture({"ana": "ready"}), picture({"bia": "ready"}, list_empty=True)
    assert not together({"north": full, "south": empty})["list_empty"]
    assert together({"north": empty, "south": empty})["list_empty"]
