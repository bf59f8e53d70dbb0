"""What Asterisk's events mean, as it really writes them."""

import pytest

from dialer.asterisk.decode import Decoder, agent_of, call_of, legs
from dialer.asterisk.port import (
    AgentGone,
    AgentParked,
    Alone,
    DebtorAnswered,
    DebtorHungUp,
    DebtorPickedUp,
    DebtorRinging,
    DebtorWaitedTooLong,
    DialFailed,
    ExchangeFact,
    LegsJoined,
    MachineAnswered,
    MessageEnded,
)
from dialer.call.model import AgentLogin, CallId

CALL = CallId("6a7a3c0e-5f0e-4f57-9d5c-0a2f6f2c9b11")
OTHER = CallId("7b7a3c0e-5f0e-4f57-9d5c-0a2f6f2c9b11")
DEBTOR, AGENT = "PJSIP/trunk-main-0000000a", "PJSIP/ana-0000000b"
ANA = AgentLogin("ana")


def facts(**event: str) -> tuple[ExchangeFact, ...]:
    return Decoder().facts(event)


@pytest.mark.parametrize(
    ("event", "fact"),
    [
        ({"Event": "Newstate", "Uniqueid": CALL, "ChannelState": "5"}, DebtorRinging(call_id=CALL)),
        ({"Event": "UserEvent", "UserEvent": "AloAnswered", "CallId": CALL}, DebtorAnswered(call_id=CALL)),
        (
            {"Event": "UserEvent", "UserEvent": "AloAnswered", "CallId": CALL, "Verdict": "HUMAN-820-800"},
            DebtorAnswered(call_id=CALL, greeting_ended_ago_s=0.82),
        ),
        (
            {"Event": "UserEvent", "UserEvent": "AloAnswered", "CallId": CALL, "Verdict": "TOOLONG-5000"},
            DebtorAnswered(call_id=CALL),
        ),
        ({"Event": "UserEvent", "UserEvent": "AloPickedUp", "CallId": CALL}, DebtorPickedUp(call_id=CALL)),
        (
            {"Event": "UserEvent", "UserEvent": "AloMachine", "CallId": CALL, "Verdict": "MAXWORDS-3-2"},
            MachineAnswered(call_id=CALL, why="MAXWORDS-3-2"),
        ),
        (
            {"Event": "UserEvent", "UserEvent": "AloMessageEnded", "CallId": CALL, "Status": "SUCCESS"},
            MessageEnded(call_id=CALL, played=True),
        ),
        (
            {"Event": "UserEvent", "UserEvent": "AloMessageEnded", "CallId": CALL, "Status": "FAILED"},
            MessageEnded(call_id=CALL, played=False),
        ),
        ({"Event": "UserEvent", "UserEvent": "AloAbandoned", "CallId": CALL}, DebtorWaitedTooLong(call_id=CALL)),
        (
            {"Event": "UserEvent", "UserEvent": "AloParked", "Login": "ana", "Channel": AGENT},
            AgentParked(login=ANA, channel=AGENT),
        ),
        (
            {"Event": "Hangup", "Uniqueid": CALL, "Channel": DEBTOR, "Cause": "17"},
            DebtorHungUp(call_id=CALL, cause=17),
        ),
        ({"Event": "Hangup", "Uniqueid": CALL, "Channel": DEBTOR}, DebtorHungUp(call_id=CALL, cause=0)),
        ({"Event": "Hangup", "Uniqueid": "1.7", "Channel": AGENT}, AgentGone(login=ANA, channel=AGENT)),
        (
            {"Event": "OriginateResponse", "ActionID": f"dial-{CALL}", "Response": "Failure", "Reason": "3"},
            DialFailed(call_id=CALL, reason=3),
        ),
    ],
)
def test_an_event_about_our_calls_and_agents_is_a_fact(event: dict[str, str], fact: ExchangeFact):
    assert facts(**event) == (fact,)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"Event": "Registry"},
        {"Event": "Newstate", "Uniqueid": CALL, "ChannelState": "6"},
        {"Event": "Newstate", "Uniqueid": "1700000000.7", "ChannelState": "5"},
        {"Event": "UserEvent", "UserEvent": "AloAnswered", "CallId": "x"},
        {"Event": "UserEvent", "UserEvent": "Something", "CallId": CALL},
        {"Event": "Hangup", "Uniqueid": "1700000000.7", "Channel": "PJSIP/trunk-main-0000000c"},
        {"Event": "Hangup", "Uniqueid": "1700000000.7", "Channel": "Local/x@y-0000000c;1"},
        {"Event": "OriginateResponse", "ActionID": f"dial-{CALL}", "Response": "Success"},
        {"Event": "OriginateResponse", "ActionID": "somebody-elses", "Response": "Failure"},
        {"Event": "BridgeEnter", "BridgeType": "holding", "BridgeUniqueid": "b", "Channel": AGENT, "Uniqueid": "1.7"},
    ],
)
def test_an_event_about_anything_else_is_nothing(event: dict[str, str]):
    assert facts(**event) == ()


def enter(bridge: str, channel: str, uniqueid: str) -> dict[str, str]:
    return {"Event": "BridgeEnter", "BridgeUniqueid": bridge, "Channel": channel, "Uniqueid": uniqueid}


@pytest.mark.parametrize("turned", [False, True])
def test_a_join_is_two_legs_in_one_bridge_in_whatever_order(turned: bool):
    decoder = Decoder()
    events = [enter("b1", DEBTOR, CALL), enter("b1", AGENT, "1.7")]
    told = [decoder.facts(event) for event in (reversed(events) if turned else events)]
    assert told == [(), (LegsJoined(call_id=CALL, agent_channel=AGENT),)]


def test_legs_in_different_bridges_are_not_joined():
    decoder = Decoder()
    assert decoder.facts(enter("b1", DEBTOR, CALL)) == ()
    assert decoder.facts(enter("b2", AGENT, "1.7")) == ()


def test_a_bridge_that_is_gone_joins_nobody_later():
    decoder = Decoder()
    decoder.facts(enter("b1", DEBTOR, CALL))
    decoder.facts({"Event": "BridgeDestroy", "BridgeUniqueid": "b1"})
    assert decoder.facts(enter("b1", AGENT, "1.7")) == ()


def test_a_stranger_in_the_bridge_joins_nobody():
    decoder = Decoder()
    decoder.facts(enter("b1", DEBTOR, CALL))
    assert decoder.facts(enter("b1", "Local/x@y-0000000c;1", "1.8")) == ()


def test_only_our_own_ids_are_calls_and_only_agents_channels_agents():
    assert call_of(CALL) == CALL
    assert call_of(CALL.upper()) is None
    assert call_of("1700000000.7") is None
    assert agent_of("PJSIP/ana_2-b-0000000b") == "ana_2-b"
    assert agent_of(DEBTOR) is None


def leg(channel: str, uniqueid: str, **more: str) -> dict[str, str]:
    return {"Event": "CoreShowChannel", "Channel": channel, "Uniqueid": uniqueid, "ChannelState": "6", **more}


def test_the_list_of_channels_is_legs_of_debtors_and_parked_agents():
    found = legs(
        [
            {"Response": "Success", "EventList": "start"},
            leg(DEBTOR, CALL, Context="alo-answered", BridgeId=""),
            leg(DEBTOR, OTHER, Context="", ChannelState="5"),
            leg(AGENT, "1.7", Context="alo-agent", BridgeId="holding"),
            leg("PJSIP/bruno-0000000d", "1.9", Context="somewhere-else"),
            leg("Local/x@y-0000000c;1", "1.8", Context="alo-agent"),
            {"Event": "CoreShowChannelsComplete"},
        ]
    )
    assert [(x.call_id, x.login, x.up, x.ringing, x.bridge, x.alone) for x in found] == [
        (CALL, None, True, False, None, Alone.WAITING),
        (OTHER, None, False, True, None, None),
        (None, "ana", True, False, "holding", None),
    ]


@pytest.mark.parametrize(
    ("context", "bridge", "alone"),
    [
        ("alo-screening", "", Alone.SCREENED),
        ("alo-message", "", Alone.MESSAGE),
        ("alo-answered", "b1", None),
        ("alo-dialled", "", None),
    ],
)
def test_a_debtors_leg_tells_what_it_goes_through_alone(context: str, bridge: str, alone: Alone | None):
    (found,) = legs([leg(DEBTOR, CALL, Context=context, BridgeId=bridge)])
    assert found.alone is alone
