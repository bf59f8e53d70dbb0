"""AMI events as facts. Missing headers read as '' (panoramisk's way), unknown events as nothing."""

import re
from collections.abc import Iterable, Mapping

from dialer.asterisk.encode import AGENT_CONTEXT, ANSWERED_CONTEXT, MESSAGE_CONTEXT, SCREENING_CONTEXT
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
    Leg,
    LegsJoined,
    MachineAnswered,
    MessageEnded,
)
from dialer.call.model import AgentLogin, CallId

_CALL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_AGENT = re.compile(r"PJSIP/(?!trunk-)([A-Za-z0-9][A-Za-z0-9_-]*)-[0-9a-f]{8,}")
_HUMAN = re.compile(r"HUMAN-(\d+)-\d+")
"""AMDCAUSE of a person: the silence after the greeting in ms, and the least that was asked for."""
RINGING, UP = "5", "6"
ALONE = {
    SCREENING_CONTEXT: Alone.SCREENED,
    ANSWERED_CONTEXT: Alone.WAITING,
    MESSAGE_CONTEXT: Alone.MESSAGE,
}

Event = Mapping[str, str]


def call_of(uniqueid: str) -> CallId | None:
    """The call whose debtor's leg has this id: ours are UUIDs, Asterisk's own are not."""
    return CallId(uniqueid) if _CALL.fullmatch(uniqueid) else None


def agent_of(channel: str) -> AgentLogin | None:
    match = _AGENT.fullmatch(channel)
    return AgentLogin(match[1]) if match else None


class Decoder:
    """Turns events into facts; remembers who is in which two-party bridge, since a join is two events."""

    def __init__(self) -> None:
        self.channels: dict[CallId, str] = {}
        """The names of answered debtors' legs."""
        self._debtors: dict[str, CallId] = {}
        self._agents: dict[str, str] = {}

    def facts(self, event: Event) -> tuple[ExchangeFact, ...]:
        """The facts of one event, most often none or one."""
        match event.get("Event", ""):
            case "Newstate":
                return self._newstate(event)
            case "UserEvent":
                return self._user_event(event)
            case "BridgeEnter":
                return self._bridge_enter(event)
            case "BridgeDestroy":
                self._debtors.pop(event.get("BridgeUniqueid", ""), None)
                self._agents.pop(event.get("BridgeUniqueid", ""), None)
                return ()
            case "Hangup":
                return self._hangup(event)
            case "OriginateResponse":
                return self._originate_response(event)
            case _:
                return ()

    def _newstate(self, event: Event) -> tuple[ExchangeFact, ...]:
        call = call_of(event.get("Uniqueid", ""))
        return (DebtorRinging(call_id=call),) if call and event.get("ChannelState") == RINGING else ()

    def _user_event(self, event: Event) -> tuple[ExchangeFact, ...]:
        call = call_of(event.get("CallId", ""))
        if call and event.get("Uniqueid") == call:
            self.channels[call] = event.get("Channel", "")
        match event.get("UserEvent", ""):
            case "AloPickedUp" if call:
                return (DebtorPickedUp(call_id=call),)
            case "AloAnswered" if call:
                heard = _HUMAN.fullmatch(event.get("Verdict", ""))
                return (DebtorAnswered(call_id=call, greeting_ended_ago_s=int(heard[1]) / 1000 if heard else None),)
            case "AloMachine" if call:
                return (MachineAnswered(call_id=call, why=event.get("Verdict", "")),)
            case "AloAbandoned" if call:
                return (DebtorWaitedTooLong(call_id=call),)
            case "AloMessageEnded" if call:
                return (MessageEnded(call_id=call, played=event.get("Status") == "SUCCESS"),)
            case "AloParked":
                return (AgentParked(login=AgentLogin(event.get("Login", "")), channel=event.get("Channel", "")),)
            case _:
                return ()

    def _bridge_enter(self, event: Event) -> tuple[ExchangeFact, ...]:
        if event.get("BridgeTechnology") == "holding_bridge":
            return ()
        bridge, channel = event.get("BridgeUniqueid", ""), event.get("Channel", "")
        if call := call_of(event.get("Uniqueid", "")):
            self._debtors[bridge] = call
        elif agent_of(channel):
            self._agents[bridge] = channel
        if bridge in self._debtors and bridge in self._agents:
            return (LegsJoined(call_id=self._debtors.pop(bridge), agent_channel=self._agents.pop(bridge)),)
        return ()

    def _hangup(self, event: Event) -> tuple[ExchangeFact, ...]:
        channel = event.get("Channel", "")
        if call := call_of(event.get("Uniqueid", "")):
            self.channels.pop(call, None)
            return (DebtorHungUp(call_id=call, cause=_number(event.get("Cause", ""))),)
        if login := agent_of(channel):
            return (AgentGone(login=login, channel=channel),)
        return ()

    def _originate_response(self, event: Event) -> tuple[ExchangeFact, ...]:
        uniqueid, _, hop = event.get("ActionID", "").removeprefix("dial-").partition("/")
        call = call_of(uniqueid)
        if call and event.get("Response") == "Failure":
            return (DialFailed(call_id=call, reason=_number(event.get("Reason", "")), hop=_number(hop)),)
        return ()


def legs(events: Iterable[Event]) -> tuple[Leg, ...]:
    """The answer to CoreShowChannels as legs of debtors and agents; other channels are left out."""
    found = []
    for event in events:
        if event.get("Event") != "CoreShowChannel":
            continue
        channel, context = event.get("Channel", ""), event.get("Context", "")
        call, login = call_of(event.get("Uniqueid", "")), agent_of(channel)
        if call is None and (login is None or context != AGENT_CONTEXT):
            continue
        bridge = event.get("BridgeId") or None
        up = event.get("ChannelState") == UP
        found.append(
            Leg(
                channel=channel,
                call_id=call,
                login=None if call else login,
                up=up,
                ringing=event.get("ChannelState") == RINGING,
                bridge=bridge,
                alone=ALONE.get(context) if call and up and bridge is None else None,
            )
        )
    return tuple(found)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
