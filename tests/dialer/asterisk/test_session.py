"""The link to Asterisk's manager, against a small manager on loopback."""

import asyncio
from dataclasses import replace

import pytest

from dialer.asterisk.port import (
    AgentParked,
    DebtorAnswered,
    DebtorHungUp,
    DebtorRinging,
    ExchangeError,
    LinkDown,
    LinkUp,
)
from dialer.asterisk.session import ACTION_TIMEOUT_S, AsteriskExchange
from dialer.call.model import AgentLogin
from tests.dialer.asterisk.linked import CALL, ORDER, exchange_at, told
from tests.dialer.asterisk.manager import Manager, block
from tests.virtual_time import LoopClock

RINGING = block(Event="Newstate", Uniqueid=CALL, ChannelState="5")
ANSWERED = block(Event="UserEvent", UserEvent="AloAnswered", CallId=CALL)
HUNG_UP = block(Event="Hangup", Uniqueid=CALL, Channel="PJSIP/trunk-main-00000001", Cause="16")


async def nothing_told(exchange: AsteriskExchange, seconds: float) -> None:
    with pytest.raises(TimeoutError):
        await told(exchange, seconds)


async def test_a_call_is_handed_over_with_the_id_chosen_here(exchange: AsteriskExchange, manager: Manager):
    await exchange.originate(ORDER)
    (asked,) = [m for m in manager.asked if m["Action"] == "Originate"]
    assert asked["ChannelId"] == CALL
    assert asked["ActionID"] == f"dial-{CALL}/0"
    assert asked["Channel"] == "PJSIP/+5511987654321@trunk-main"
    assert asked["Timeout"] == "25000"
    assert asked["Context"] == "alo-dialled"
    assert asked["Variables"].split("|") == [
        f"ALO_RECORDING=/spool/alo/{CALL}",
        "ALO_MESSAGE=/sounds/message-1",
        "ALO_PATIENCE=1.8",
        "ALO_DETECTION=off",
    ]


async def test_what_happens_is_told_with_its_time(exchange: AsteriskExchange, manager: Manager):
    manager.tell(RINGING)
    first = await exchange.facts.get()
    assert first.fact == DebtorRinging(call_id=CALL)
    assert first.at == LoopClock().now()


async def test_a_refusal_is_an_error_with_asterisks_own_words(exchange: AsteriskExchange, manager: Manager):
    manager.scripts["Bridge"] = lambda _asked: ["Response: Error\r\nMessage: Channel2 does not exists"]
    with pytest.raises(ExchangeError, match=r"refused Bridge: Channel2 does not exists"):
        await exchange.join(agent_channel="PJSIP/ana-00000001", call_id=CALL)


async def test_hanging_up_what_is_gone_is_no_error(exchange: AsteriskExchange, manager: Manager):
    manager.scripts["Hangup"] = lambda _asked: ["Response: Error\r\nMessage: No such channel"]
    await exchange.hang_up(CALL)
    await exchange.hang_up_leg("PJSIP/ana-00000001")


async def test_another_trouble_with_hanging_up_is(exchange: AsteriskExchange, manager: Manager):
    manager.scripts["Hangup"] = lambda _asked: ["Response: Error\r\nMessage: Permission denied"]
    with pytest.raises(ExchangeError, match="Permission denied"):
        await exchange.hang_up(CALL)
    with pytest.raises(ExchangeError, match="Permission denied"):
        await exchange.hang_up_leg("PJSIP/ana-00000001")


@pytest.mark.parametrize("number", ["+5511987654321\r\nAction: Command", "5511987654321", "+55 11 98765"])
async def test_nothing_that_is_no_number_reaches_asterisk(exchange: AsteriskExchange, manager: Manager, number: str):
    with pytest.raises(ExchangeError, match="was not asked"):
        await exchange.originate(replace(ORDER, number=number))
    assert manager.names() == []


async def test_the_legs_that_are_up_are_listed(exchange: AsteriskExchange, manager: Manager):
    channel = "Event: CoreShowChannel\r\nChannel: PJSIP/ana-00000001\r\nUniqueid: 1.1\r\nContext: alo-agent\r\n"
    manager.scripts["CoreShowChannels"] = lambda _asked: [
        "Response: Success\r\nEventList: start\r\nMessage: Channels will follow",
        channel + "ChannelState: 6\r\nBridgeId: holding",
        "Event: CoreShowChannelsComplete\r\nEventList: Complete\r\nListItems: 1",
    ]
    (leg,) = await exchange.legs()
    assert (leg.login, leg.up, leg.bridge) == ("ana", True, "holding")


async def test_what_happens_while_legs_are_listed_is_told(exchange: AsteriskExchange, manager: Manager):
    manager.scripts["CoreShowChannels"] = lambda _asked: [
        "Response: Success\r\nEventList: start\r\nMessage: Channels will follow",
        f"{ANSWERED}\r\n\r\nEvent: CoreShowChannelsComplete\r\nEventList: Complete\r\nListItems: 0",
    ]
    assert await exchange.legs() == ()
    assert await told(exchange) == DebtorAnswered(call_id=CALL)


async def test_no_legs_at_all_are_an_empty_list(exchange: AsteriskExchange, manager: Manager):
    manager.scripts["CoreShowChannels"] = lambda _asked: [
        "Response: Success\r\nEventList: start\r\nMessage: Channels will follow",
        "Event: CoreShowChannelsComplete\r\nEventList: Complete\r\nListItems: 0",
    ]
    assert await exchange.legs() == ()


async def test_the_agents_configuration_is_taken_up_again(exchange: AsteriskExchange, manager: Manager):
    await exchange.reload_agents()
    assert manager.names() == ["Reload"]


async def test_a_lost_link_is_told_and_made_again(exchange: AsteriskExchange, manager: Manager):
    manager.cut()
    assert await told(exchange) == LinkDown()
    with pytest.raises(ExchangeError, match=r"link to Asterisk .* is down"):
        await exchange.originate(ORDER)
    assert await told(exchange) == LinkUp()
    manager.tell(ANSWERED)
    assert await told(exchange) == DebtorAnswered(call_id=CALL)


async def test_the_link_is_made_again_however_long_asterisk_is_away(exchange: AsteriskExchange, manager: Manager):
    await manager.stop()
    assert await told(exchange) == LinkDown()
    await nothing_told(exchange, 60)
    await manager.start()
    assert await told(exchange) == LinkUp()


async def test_an_action_without_an_answer_times_out_and_is_never_sent_again(
    exchange: AsteriskExchange, manager: Manager
):
    manager.scripts["Originate"] = lambda _asked: None
    dialling = asyncio.create_task(exchange.originate(ORDER))
    await asyncio.sleep(1)
    manager.cut()
    with pytest.raises(ExchangeError, match=rf"did not answer Originate within {ACTION_TIMEOUT_S:g} s"):
        await dialling
    assert await told(exchange) == LinkDown()
    assert await told(exchange) == LinkUp()
    manager.tell("Event: FullyBooted\r\nStatus: Fully Booted")
    await asyncio.sleep(60)
    assert manager.names() == ["Originate"]


async def test_what_asterisk_says_of_a_dial_after_the_time_out_is_still_heard(
    exchange: AsteriskExchange, manager: Manager
):
    """A late answer must not swallow the event that carries the same id."""
    manager.scripts["Originate"] = lambda _asked: None
    with pytest.raises(ExchangeError, match="did not answer"):
        await exchange.originate(ORDER)
    manager.tell(f"Response: Success\r\nActionID: dial-{CALL}\r\nMessage: Originate successfully queued")
    manager.tell(block(Event="OriginateResponse", ActionID=f"dial-{CALL}/0", Response="Failure", Reason="8"))
    assert type(await told(exchange)).__name__ == "DialFailed"


async def test_an_event_nobody_can_understand_does_not_cost_the_link(
    exchange: AsteriskExchange, manager: Manager, caplog: pytest.LogCaptureFixture
):
    manager.tell("Event: Newstate\r\nUniqueid: a\r\nUniqueid: b\r\nChannelState: 5", HUNG_UP)
    assert await told(exchange) == DebtorHungUp(call_id=CALL, cause=16)
    assert "could not be understood" in caplog.text
    assert manager.links == 1


async def test_garbage_is_passed_over(exchange: AsteriskExchange, manager: Manager):
    manager.send(
        b"\xff\xfe\x00 no header at all\r\n\r\n\r\n\r\nEvent\r\n\r\n: \r\n\r\n" + ANSWERED.encode() + b"\r\n\r\n"
    )
    assert await told(exchange) == DebtorAnswered(call_id=CALL)
    assert manager.links == 1


async def test_events_may_come_in_pieces_or_all_at_once(exchange: AsteriskExchange, manager: Manager):
    for byte in f"{RINGING}\r\n\r\n".encode():
        manager.send(bytes([byte]))
        await asyncio.sleep(0.001)
    assert await told(exchange) == DebtorRinging(call_id=CALL)
    manager.tell(ANSWERED, HUNG_UP)
    assert await told(exchange) == DebtorAnswered(call_id=CALL)
    assert await told(exchange) == DebtorHungUp(call_id=CALL, cause=16)


async def test_an_agent_parks(exchange: AsteriskExchange, manager: Manager):
    manager.tell(block(Event="UserEvent", UserEvent="AloParked", Login="ana", Channel="PJSIP/ana-00000001"))
    assert await told(exchange) == AgentParked(login=AgentLogin("ana"), channel="PJSIP/ana-00000001")


async def test_a_refused_login_is_said_in_plain_words(manager: Manager):
    manager.scripts["Login"] = lambda _asked: ["Response: Error\r\nMessage: Authentication failed"]
    with pytest.raises(ExchangeError, match="refuses the login"):
        await exchange_at(manager.port).start()


async def test_nobody_there_is_said_in_plain_words_and_nobody_goes_on_knocking(manager: Manager):
    port = manager.port
    await manager.stop()
    with pytest.raises(ExchangeError, match="does not answer"):
        await exchange_at(port).start()
    await manager.start()
    await asyncio.sleep(30)
    assert manager.links == 0


async def test_after_the_stop_no_link_is_made_again(exchange: AsteriskExchange, manager: Manager):
    manager.cut()
    assert await told(exchange) == LinkDown()
    await exchange.stop()
    await asyncio.sleep(30)
    assert manager.links == 1
