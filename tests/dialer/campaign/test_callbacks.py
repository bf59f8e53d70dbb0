"""A callback as it is agreed: on the debtor's own clock, within the hours, for the agent who says it or for anyone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.model import WeeklyHours
from crm.places import STATE_OF_DDD, STATES
from dialer.agent.model import Agent, AgentState
from dialer.call.model import AgentLogin
from dialer.campaign.callbacks import FURTHEST, NotAgreedError, agreed, home_of
from dialer.campaign.leads import Callback
from dialer.compliance.zones import zone_info
from dialer.runtime.due import AHEAD, WAITED_FOR, Due, whose
from tests.dialer.compliance.questions import WIDE, policy

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
OFFICE = WeeklyHours.from_json({"monday": [["09:00", "18:00"]], "tuesday": [["09:00", "18:00"]]})
NUMBERS = st.sampled_from([f"+55{ddd}987654321" for ddd in STATE_OF_DDD])
HOMES = st.one_of(st.none(), st.sampled_from(sorted(STATES)))


def said(data: dict[str, Any], *, number: str = "+5511987654321", state: str | None = "SP", **more: Any) -> Any:
    under = policy(hours=more.pop("hours", WeeklyHours.always()), **more)
    return agreed(data, number=number, state=state, policy=under, now=NOW, agent="ana")


@given(number=NUMBERS, state=HOMES, minutes=st.integers(24 * 60, 59 * 24 * 60))
def test_the_time_agreed_is_what_the_debtors_clock_will_show(number: str, state: str | None, minutes: int) -> None:
    local = (NOW + timedelta(minutes=minutes)).replace(tzinfo=None)
    callback = said({"at": local.isoformat()}, number=number, state=state)
    assert callback.at.astimezone(zone_info(home_of(number, state))).replace(tzinfo=None) == local
    assert callback.agent is None


def test_a_ported_number_rings_where_its_owner_lives_now() -> None:
    acre = said({"at": "2026-03-03T10:00"}, number="+5511987654321", state="AC")
    assert acre.at == datetime(2026, 3, 3, 15, tzinfo=UTC)
    assert said({"at": "2026-03-03T10:00"}, state=None).at == datetime(2026, 3, 3, 13, tzinfo=UTC)


def test_an_offset_that_is_said_counts_and_me_is_who_says_it() -> None:
    told = {"at": "2026-03-03T10:00-05:00", "for": "me"}
    assert said(told) == Callback(at=datetime(2026, 3, 3, 15, tzinfo=UTC), agent="ana")


@pytest.mark.parametrize("data", [{}, {"at": None}, {"at": ""}, {"note": "à tarde"}])
def test_without_a_time_the_dispositions_own_delay_holds(data: dict[str, Any]) -> None:
    assert said(data) is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"at": "amanhã"}, "amanhã is no time: write the debtor's own as 2026-03-03T15:00."),
        ({"at": "2026-03-02T11:58"}, "02/03/2026 11:58 has passed where the debtor lives: agree on a time to come."),
        ({"at": "2026-06-02T11:00"}, "02/06/2026 11:00 is more than 60 days away: agree on an earlier time."),
        ({"at": "2026-03-03T10:00", "for": "rui"}, "A callback is for anyone or for me, not for rui."),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(data: dict[str, Any], words: str) -> None:
    with pytest.raises(NotAgreedError) as refused:
        said(data)
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("at", "state", "kept"),
    [
        ("2026-03-03T10:00", "SP", True),
        ("2026-03-03T18:00", "SP", False),
        ("2026-03-04T10:00", "SP", False),
        # 10:00 in Acre is noon in São Paulo; 17:00 there is 19:00 by the number's own clock.
        ("2026-03-03T10:00", "AC", True),
        ("2026-03-03T17:00", "AC", False),
    ],
)
def test_a_time_outside_the_campaigns_hours_is_refused(at: str, state: str, kept: bool) -> None:
    if kept:
        assert said({"at": at}, state=state, hours=OFFICE)
    else:
        with pytest.raises(NotAgreedError, match="nobody may be called where the debtor lives"):
            said({"at": at}, state=state, hours=OFFICE)


@pytest.mark.parametrize(
    "at",
    [
        pytest.param("2026-03-08T10:00", id="a Sunday"),
        pytest.param("2026-04-03T10:00", id="Good Friday"),
        pytest.param("2026-03-03T07:30", id="too early by the law of the pack"),
    ],
)
def test_a_time_at_which_the_gate_would_refuse_to_dial_is_not_agreed_on(at: str) -> None:
    with pytest.raises(NotAgreedError, match="nobody may be called where the debtor lives"):
        said({"at": at}, hours=WIDE)


def test_now_is_a_time_to_come() -> None:
    local = NOW.astimezone(ZoneInfo("America/Sao_Paulo"))
    assert said({"at": (local - timedelta(seconds=59)).isoformat()})
    assert said({"at": (local + FURTHEST).isoformat()})


ANA, BIA = AgentLogin("ana"), AgentLogin("bia")


def agent(login: AgentLogin, state: AgentState) -> Agent:
    return Agent(login=login, state=state, since=NOW)


def test_nobody_calls_before_the_time_and_anyone_who_is_ready_at_it() -> None:
    due = Due(lead_id=1, at=NOW, agreed_at=NOW)  # type: ignore[arg-type]
    floor = [agent(ANA, AgentState.READY), agent(BIA, AgentState.READY)]
    assert whose(due, [BIA, ANA], floor, NOW - AHEAD - timedelta(seconds=1)) is None
    assert whose(due, [BIA, ANA], floor, NOW - AHEAD) == BIA, "she is kept for it"
    assert whose(due, [BIA, ANA], floor, NOW) == BIA
    assert whose(due, [], floor, NOW) is None


@pytest.mark.parametrize("state", list(AgentState))
def test_the_agent_named_calls_and_is_waited_for_only_while_busy_and_not_for_long(state: AgentState) -> None:
    due = Due(lead_id=1, at=NOW, agreed_at=NOW, agent=ANA)  # type: ignore[arg-type]
    floor = [agent(ANA, state), agent(BIA, AgentState.READY)]
    ready = [BIA, ANA] if state is AgentState.READY else [BIA]
    busy = state in {AgentState.RESERVED, AgentState.TALKING, AgentState.WRAPUP}
    at_once = whose(due, ready, floor, NOW)
    assert at_once == (ANA if state is AgentState.READY else None if busy else BIA)
    assert whose(due, ready, floor, NOW + WAITED_FOR) == (ANA if state is AgentState.READY else BIA)
