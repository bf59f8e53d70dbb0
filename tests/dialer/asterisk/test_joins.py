"""Joining over the link to Asterisk's manager: marked, by name, and over links of their own."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from dialer.asterisk.port import ExchangeError, LinkDown, LinkUp
from dialer.asterisk.session import AsteriskExchange
from tests.dialer.asterisk.linked import CALL, ORDER, exchange_at, told
from tests.dialer.asterisk.manager import Manager, block


async def test_the_leg_is_marked_as_joined_before_the_bridge_is_made(exchange: AsteriskExchange, manager: Manager):
    await exchange.join(agent_channel="PJSIP/ana-00000001", call_id=CALL)
    assert manager.names() == ["Setvar", "Bridge"]


@pytest.fixture
async def handed(manager: Manager) -> AsyncIterator[AsteriskExchange]:
    exchange = exchange_at(manager.port, hands=2)
    await exchange.start()
    await asyncio.sleep(1)
    assert manager.links == 3
    yield exchange
    await exchange.stop()


async def test_a_slow_join_holds_up_neither_another_nor_a_dial(handed: AsteriskExchange, manager: Manager):
    manager.scripts["Bridge"] = lambda _asked: None
    joins = [asyncio.create_task(handed.join(agent_channel=f"PJSIP/ana-0000000{n}", call_id=CALL)) for n in (1, 2)]
    await asyncio.sleep(1)
    await handed.originate(ORDER)
    over = {action: {m["Link"] for m in manager.asked if m["Action"] == action} for action in ("Bridge", "Originate")}
    assert len(over["Bridge"]) == 2
    assert not over["Originate"] & over["Bridge"]
    for join in joins:
        with pytest.raises(ExchangeError, match="did not answer Bridge"):
            await join


async def test_a_debtors_leg_is_called_by_the_name_it_was_told_with_until_it_hangs_up(
    exchange: AsteriskExchange, manager: Manager
):
    leg = {"Channel": "PJSIP/trunk-main-0000000b", "Uniqueid": CALL}
    manager.tell(block(Event="UserEvent", UserEvent="AloAnswered", CallId=CALL, **leg))
    await told(exchange)
    await exchange.join(agent_channel="PJSIP/ana-00000001", call_id=CALL)
    manager.tell(block(Event="Hangup", Cause="16", **leg))
    await told(exchange)
    await exchange.join(agent_channel="PJSIP/ana-00000001", call_id=CALL)
    assert [m["Channel2"] for m in manager.asked if m["Action"] == "Bridge"] == ["PJSIP/trunk-main-0000000b", CALL]
    assert [m["Channel"] for m in manager.asked if m["Action"] == "Setvar"] == ["PJSIP/trunk-main-0000000b", CALL]


async def test_a_name_told_before_the_link_was_lost_is_not_used_after_it(exchange: AsteriskExchange, manager: Manager):
    leg = {"Channel": "PJSIP/trunk-main-0000000b", "Uniqueid": CALL}
    manager.tell(block(Event="UserEvent", UserEvent="AloAnswered", CallId=CALL, **leg))
    await told(exchange)
    manager.cut()
    assert await told(exchange) == LinkDown()
    assert await told(exchange) == LinkUp()
    await exchange.join(agent_channel="PJSIP/ana-00000001", call_id=CALL)
    assert [m["Channel2"] for m in manager.asked if m["Action"] == "Bridge"] == [CALL]


async def test_the_mark_and_its_bridge_go_over_one_link(handed: AsteriskExchange, manager: Manager):
    await asyncio.gather(*(handed.join(agent_channel=f"PJSIP/ana-0000000{n}", call_id=CALL) for n in (1, 2)))
    for link in {m["Link"] for m in manager.asked if m["Action"] == "Bridge"}:
        assert [m["Action"] for m in manager.asked if m["Link"] == link and m["Action"] != "Login"] == [
            "Setvar",
            "Bridge",
        ]


async def test_lost_links_for_joins_come_back_and_nobody_is_told_of_them(handed: AsteriskExchange, manager: Manager):
    assert await told(handed) == LinkUp()
    manager.cut()
    assert await told(handed) == LinkDown()
    assert await told(handed) == LinkUp()
    await handed.join(agent_channel="PJSIP/ana-00000001", call_id=CALL)
    await asyncio.sleep(2)
    assert manager.links == 6
    assert handed.facts.empty()


async def test_a_leg_that_was_not_joined_after_all_is_owed_the_message_again(
    exchange: AsteriskExchange, manager: Manager
):
    manager.scripts["Bridge"] = lambda _asked: ["Response: Error\r\nMessage: Channel1 does not exists"]
    with pytest.raises(ExchangeError):
        await exchange.join(agent_channel="PJSIP/ana-00000001", call_id=CALL)
    await exchange.reload_agents()
    marks = [m["Value"] for m in manager.asked if m["Action"] == "Setvar"]
    assert marks == ["1", "0"]
