"""Our orders as AMI actions. Nothing that could break a line or add a header gets through."""

import re

from dialer.asterisk.port import ExchangeRefusedError, Originate

AGENT_CONTEXT = "alo-agent"
DIALLED_CONTEXT = "alo-dialled"
SCREENING_CONTEXT = "alo-screening"
ANSWERED_CONTEXT = "alo-answered"
MESSAGE_CONTEXT = "alo-message"
TAP_CONTEXT, LISTEN_CONTEXT = "alo-tap", "alo-listen"
MESSAGE_AFTER_S = 1.8
"""The message must have begun within two seconds of the answer, also at the far end of a line (16 CFR
310.4(b)(4)(iii) counts them from the end of the greeting, Ofcom's policy of 2010 from the answer)."""

_E164 = re.compile(r"\+[1-9]\d{7,14}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CHANNEL = re.compile(r"[A-Za-z0-9/_.;@-]+")
_ADDRESS = re.compile(r"[0-9.]+:\d{1,5}")
_PATH = re.compile(r"/[A-Za-z0-9._/-]+")

Action = dict[str, str | list[str]]


def originate(order: Originate) -> Action:
    """Asynchronous Originate straight at the trunk, with the ids chosen by us (so a lost answer can be looked up)."""
    number, trunk = _fit(_E164, order.number, "a number"), _fit(_NAME, order.trunk, "a trunk's name")
    call_id = _fit(_UUID, order.call_id, "a call's id")
    return {
        "Action": "Originate",
        "ActionID": f"dial-{call_id}/{order.hop}",
        "ChannelId": call_id,
        "Channel": f"PJSIP/{number}@trunk-{trunk}",
        "Context": DIALLED_CONTEXT,
        "Exten": "s",
        "Priority": "1",
        "CallerID": f"<{_fit(_E164, order.caller_id, 'a caller id')}>",
        "Timeout": str(order.ring_timeout_s * 1000),
        "Async": "true",
        "Variable": [
            f"ALO_RECORDING={_fit(_PATH, order.recording_base, 'a recording path')}",
            f"ALO_MESSAGE={_fit(_PATH, order.message, 'the path of a message')}",
            f"ALO_PATIENCE={MESSAGE_AFTER_S}",
            f"ALO_DETECTION={order.detection.value}",
        ],
    }


def mark_joined(leg: str, *, joined: bool = True) -> Action:
    """Tell the dialplan that this leg was joined: back from the bridge, it hangs up instead of playing the message."""
    return {
        "Action": "Setvar",
        "Channel": _fit(_CHANNEL, leg, "a leg"),
        "Variable": "ALO_JOINED",
        "Value": "1" if joined else "0",
    }


def join(agent_channel: str, leg: str) -> Action:
    return {
        "Action": "Bridge",
        "Channel1": _fit(_CHANNEL, agent_channel, "a channel's name"),
        "Channel2": _fit(_CHANNEL, leg, "a leg"),
        "Tone": "no",
    }


def listen(call_id: str, address: str) -> Action:
    """Have the debtor's sound sent to `address`, host and port of an AudioSocket server, while joined too."""
    call_id = _fit(_UUID, call_id, "a call's id")
    return {
        "Action": "Originate",
        "ActionID": f"listen-{call_id}",
        "Channel": f"Local/{call_id}@{TAP_CONTEXT}/n",
        "Context": LISTEN_CONTEXT,
        "Exten": "s",
        "Priority": "1",
        "Timeout": "5000",
        "Async": "true",
        "Variable": [f"ALO_CALL={call_id}", f"ALO_TAP={_fit(_ADDRESS, address, 'an address')}"],
    }


def hang_up(call_id: str) -> Action:
    return {"Action": "Hangup", "Channel": _fit(_UUID, call_id, "a call's id"), "Cause": "16"}


def hang_up_leg(channel: str) -> Action:
    return {"Action": "Hangup", "Channel": _fit(_CHANNEL, channel, "a channel's name"), "Cause": "16"}


def _fit(pattern: re.Pattern[str], value: str, what: str) -> str:
    if not pattern.fullmatch(value):
        raise ExchangeRefusedError(f"Asterisk was not asked: {what} has characters it must not have.")
    return value
