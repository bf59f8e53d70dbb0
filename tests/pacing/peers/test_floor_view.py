"""The picture of the floor that peers share."""

import pytest

from pacing.peers.floor_view import FloorView


def floor_with(ready: int) -> FloorView:
    floor = FloorView()
    for agent in range(ready):
        floor.agent(agent, "ready", 0.0)
    return floor


def test_a_call_goes_from_in_flight_to_waiting_to_talking():
    floor = floor_with(1)
    floor.placed("c", 1.0, kind="09/mobile")
    assert (list(floor.in_flight), floor.lines) == (["c"], 1)
    floor.answered("c", 9.0)
    assert (list(floor.in_flight), list(floor.waiting), floor.lines) == ([], ["c"], 1)
    floor.connected("c", 0, 9.5)
    assert (list(floor.waiting), list(floor.talking), floor.count("talking"), floor.lines) == ([], [0], 1, 1)
    floor.agent(0, "wrapup", 60.0)
    assert (floor.lines, floor.count("wrapup"), floor.count("ready")) == (0, 1, 0)


def test_a_call_without_a_person_leaves_nothing_behind():
    floor = floor_with(1)
    floor.placed("c", 1.0)
    floor.rang_out("c", 26.0, "noanswer")
    assert (floor.lines, floor.dials_today, floor.answers_today) == (0, 1, 0)


def test_an_agent_offline_is_on_no_list_and_their_call_is_over():
    floor = floor_with(1)
    floor.placed("c", 0.0)
    floor.answered("c", 5.0)
    floor.connected("c", 0, 5.0)
    floor.agent(0, "offline", 9.0)
    floor.agent(0, "offline", 9.0)
    assert (floor.agents, floor.lines) == ({}, 0)


def test_drops_count_for_the_day_and_for_a_minute():
    floor = floor_with(0)
    assert floor.abandonment_today == 0.0
    for call, at in enumerate((0.0, 30.0, 50.0)):
        floor.placed(call, at)
        floor.answered(call, at + 5.0)
        floor.abandoned(call, at + 7.0)
    assert (floor.dials_last_minute(60.0), floor.drops_last_minute(60.0)) == (2, 3)
    assert (floor.dials_last_minute(95.0), floor.drops_last_minute(95.0)) == (1, 2)
    assert (floor.drops_today, floor.answers_today, floor.abandonment_today) == (3, 3, 1.0)


def test_abandonment_is_of_people_who_answered():
    floor = floor_with(3)
    for call in range(4):
        floor.placed(call, 0.0)
        floor.answered(call, 1.0)
        if call < 3:
            floor.connected(call, call, 1.0)
    floor.abandoned(3, 3.0)
    assert floor.abandonment_today == pytest.approx(0.25)
