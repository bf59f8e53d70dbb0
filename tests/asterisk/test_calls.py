"""A call from end to end on the wire: SIPp is the carrier and the agent, Asterisk runs our dialplan."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest

from dialer.answer.sounds import Messages
from dialer.asterisk.journal import JournalledCall, read_journal
from lab import sipp
from tests.asterisk.ami import Ami, connected
from tests.asterisk.conftest import RunningAsterisk, free_port

NUMBER = "+5511987654321"


@pytest.fixture
async def ami(asterisk: RunningAsterisk) -> AsyncIterator[Ami]:
    async with connected(asterisk.settings) as ami:
        yield ami


@pytest.fixture
def carrier(asterisk: RunningAsterisk, tmp_path: Path) -> Iterator[None]:
    with sipp.carrier(tmp_path, port=asterisk.carrier_port, rtp_port=free_port()):
        yield


@pytest.fixture
async def parked(asterisk: RunningAsterisk, ami: Ami, tmp_path: Path) -> AsyncIterator[str]:
    """The channel of an agent who is parked."""
    account = asterisk.agents[0]
    sip_port = asterisk.settings.asterisk.sip_port
    with sipp.agent(tmp_path, account, asterisk_port=sip_port, port=free_port(), rtp_port=free_port()):
        event = await ami.event("UserEvent", UserEvent="AloParked", Login=account.login)
        yield event["Channel"]
        await ami.act(Action="Hangup", Channel=event["Channel"])
        await ami.event("Hangup", Channel=event["Channel"])


async def dial(ami: Ami, asterisk: RunningAsterisk, *, patience_s: str = "2") -> str:
    call = str(uuid.uuid4())
    message = Messages(asterisk.places.sounds).of(None, "+551140000000")
    answer = await ami.act(
        Action="Originate",
        ChannelId=call,
        Channel=f"PJSIP/{NUMBER}@trunk-main",
        Context="alo-dialled",
        Exten="s",
        Priority="1",
        Timeout="20000",
        Async="true",
        Variable=f"ALO_RECORDING={asterisk.places.legs / call},ALO_PATIENCE={patience_s},ALO_MESSAGE={message}",
    )
    assert answer["Response"] == "Success", answer
    return call


def leg(asterisk: RunningAsterisk, call: str, side: str) -> np.ndarray:
    return np.fromfile(asterisk.places.legs / f"{call}-{side}.sln", dtype="<i2").astype(float)


def strength(sound: np.ndarray, frequency_hz: float) -> float:
    """How much of the sound is a tone of that frequency, 0 to 1."""
    if not sound.any():
        return 0.0
    wave = np.exp(-2j * np.pi * frequency_hz * np.arange(len(sound)) / sipp.RATE_HZ)
    return float(2 * abs(np.vdot(wave, sound)) ** 2 / len(sound) / (sound**2).sum())


async def journalled(asterisk: RunningAsterisk, call: str) -> JournalledCall:
    """The call in Asterisk's journal, once its end is there: a moment after the hang-up."""
    async with asyncio.timeout(20):
        while True:
            found = read_journal(asterisk.places.journal).get(call)
            if found is not None and found.ended_at is not None:
                return found
            await asyncio.sleep(0.05)


@pytest.mark.usefixtures("carrier")
async def test_when_nobody_joins_in_time_the_debtor_hears_the_message_and_is_hung_up(
    asterisk: RunningAsterisk, ami: Ami
) -> None:
    call = await dial(ami, asterisk, patience_s="0.3")

    await ami.event("Newstate", Uniqueid=call, ChannelStateDesc="Ringing")
    answered = await ami.event("UserEvent", UserEvent="AloAnswered", CallId=call)
    abandoned = await ami.event("UserEvent", UserEvent="AloAbandoned", CallId=call)
    hung_up = await ami.event("Hangup", Uniqueid=call, timeout_s=40)

    assert 0.25 < float(abandoned["Timestamp"]) - float(answered["Timestamp"]) < 1.8, "not the usual two seconds"
    assert float(hung_up["Timestamp"]) - float(abandoned["Timestamp"]) > 1.0, "the message is played to its end"
    assert np.abs(leg(asterisk, call, "agent")).max() > 1000, "the recording holds the message"


@pytest.mark.usefixtures("carrier")
async def test_a_joined_call_is_recorded_on_both_sides_and_gives_the_agent_back(
    asterisk: RunningAsterisk, ami: Ami, parked: str
) -> None:
    call = await dial(ami, asterisk)
    answered = await ami.event("UserEvent", UserEvent="AloAnswered", CallId=call)
    await asyncio.sleep(0.5)
    await ami.act(Action="Setvar", Channel=call, Variable="ALO_JOINED", Value="1")
    ami.events.clear()
    bridged = await ami.act(Action="Bridge", Channel1=parked, Channel2=call, Tone="no")
    assert bridged["Response"] == "Success", bridged
    agent_in = await ami.event("BridgeEnter", Channel=parked)
    debtor_in = await ami.event("BridgeEnter", Uniqueid=call)
    assert agent_in["BridgeUniqueid"] == debtor_in["BridgeUniqueid"]

    await asyncio.sleep(3)
    ami.events.clear()
    # The agent's panel hangs the debtor up.
    await ami.act(Action="Hangup", Channel=call, Cause="16")
    hung_up = await ami.event("Hangup", Uniqueid=call)
    parked_again = await ami.event("UserEvent", UserEvent="AloParked", Login="ana")
    back = await ami.event("BridgeEnter", Channel=parked, BridgeTechnology="holding_bridge")

    assert parked_again["Channel"] == back["Channel"] == parked
    assert not any(e.get("UserEvent") == "AloAbandoned" for e in ami.events)
    debtor, agent = leg(asterisk, call, "debtor"), leg(asterisk, call, "agent")
    up_s = float(hung_up["Timestamp"]) - float(answered["Timestamp"])
    assert abs(len(debtor) - len(agent)) <= sipp.RATE_HZ // 10, "both legs are equally long"
    assert abs(len(debtor) / sipp.RATE_HZ - up_s) < 0.45, "the legs begin at the answer"
    joined_at = int((float(debtor_in["Timestamp"]) - float(answered["Timestamp"])) * sipp.RATE_HZ)
    second = sipp.RATE_HZ
    assert strength(debtor[: joined_at + second], sipp.DEBTOR_HZ) > 0.8, "the debtor is heard from the answer"
    assert strength(debtor[-second:], sipp.DEBTOR_HZ) > 0.8, "and until the end"
    assert strength(agent[-2 * second :], sipp.AGENT_HZ) > 0.8, "the agent is heard in the bridge"
    assert np.abs(agent[: joined_at - second // 4]).max() < 100, "and nobody before it"


@pytest.mark.usefixtures("carrier")
async def test_a_debtor_whose_agent_leaves_is_hung_up_and_hears_no_message(
    asterisk: RunningAsterisk, ami: Ami, parked: str
) -> None:
    call = await dial(ami, asterisk)
    await ami.event("UserEvent", UserEvent="AloAnswered", CallId=call)
    await ami.act(Action="Setvar", Channel=call, Variable="ALO_JOINED", Value="1")
    await ami.act(Action="Bridge", Channel1=parked, Channel2=call, Tone="no")
    await ami.event("BridgeEnter", Uniqueid=call)
    await asyncio.sleep(2.5)

    # The agent's softphone dies in the middle of the call.
    await ami.act(Action="Hangup", Channel=parked)
    left = await ami.event("Hangup", Channel=parked)
    hung_up = await ami.event("Hangup", Uniqueid=call)

    assert float(hung_up["Timestamp"]) - float(left["Timestamp"]) < 1.5, "the message takes longer"
    assert not any(e.get("UserEvent") == "AloAbandoned" for e in ami.events)


@pytest.mark.usefixtures("carrier")
async def test_a_joined_call_is_in_the_exchanges_journal(asterisk: RunningAsterisk, ami: Ami, parked: str) -> None:
    call = await dial(ami, asterisk)
    await ami.event("UserEvent", UserEvent="AloAnswered", CallId=call)
    await ami.act(Action="Setvar", Channel=call, Variable="ALO_JOINED", Value="1")
    await ami.act(Action="Bridge", Channel1=parked, Channel2=call, Tone="no")
    await ami.event("BridgeEnter", Uniqueid=call)
    await asyncio.sleep(0.5)
    await ami.act(Action="Hangup", Channel=call)

    found = await journalled(asterisk, call)

    assert found.answered_at is not None
    assert found.ended_at is not None
    assert found.started_at <= found.answered_at < found.ended_at
    assert found.cause == 16


async def test_a_dial_that_nobody_answers_is_there_too(asterisk: RunningAsterisk, ami: Ami) -> None:
    # There is no carrier here at all: the dial fails by its own time-out.
    call = str(uuid.uuid4())
    await ami.act(
        Action="Originate",
        ChannelId=call,
        Channel=f"PJSIP/{NUMBER}@trunk-main",
        Context="alo-dialled",
        Exten="s",
        Priority="1",
        Timeout="1000",
        Async="true",
    )
    await ami.event("OriginateResponse", Uniqueid=call)

    found = await journalled(asterisk, call)

    assert found.answered_at is None
