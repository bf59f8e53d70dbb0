"""The exam every exchange takes: what the dialer relies on, whoever is behind the port.

A candidate is an exchange that runs, with far ends that behave as asked and agents who park.
"""

from dataclasses import replace
from uuid import uuid4

import pytest

from dialer.asterisk.port import (
    AgentGone,
    AgentParked,
    Alone,
    DebtorAnswered,
    DebtorHungUp,
    DebtorRinging,
    DialFailed,
    ExchangeError,
    ExchangeRefusedError,
    LegsJoined,
    LinkDown,
    LinkUp,
)
from dialer.call.causes import unanswered_outcome
from dialer.call.model import CallId
from tests.contracts.exchange.answers import Answers
from tests.contracts.exchange.candidate import Candidate, Ear, order


class Exam(Answers):
    """Subclasses give the fixture `candidate`."""

    async def test_a_call_is_told_from_ringing_to_its_end_in_order(self, candidate: Candidate, ear: Ear):
        exchange, dial = candidate.exchange, order(candidate, "answers")
        async with candidate.parked():
            agent = (await ear.next_of(AgentParked)).fact
            assert isinstance(agent, AgentParked)
            assert agent.login == candidate.agent
            await exchange.originate(dial)
            ringing = await ear.next_of(DebtorRinging)
            answered = await ear.next_of(DebtorAnswered)
            await exchange.join(agent_channel=agent.channel, call_id=dial.call_id)
            joined = await ear.next_of(LegsJoined)
            assert joined.fact == LegsJoined(call_id=dial.call_id, agent_channel=agent.channel)
            await candidate.debtor_hangs_up(dial.call_id)
            hung_up = await ear.next_of(DebtorHungUp)
            assert hung_up.fact == DebtorHungUp(call_id=dial.call_id, cause=16)
            times = [told.at for told in (ringing, answered, joined, hung_up)]
            assert times == sorted(times)

    async def test_the_agent_is_parked_again_after_the_call(self, candidate: Candidate, ear: Ear):
        exchange, dial = candidate.exchange, order(candidate, "answers")
        async with candidate.parked():
            agent = (await ear.next_of(AgentParked)).fact
            assert isinstance(agent, AgentParked)
            await exchange.originate(dial)
            await ear.next_of(DebtorAnswered)
            await exchange.join(agent_channel=agent.channel, call_id=dial.call_id)
            await ear.next_of(LegsJoined)
            await exchange.hang_up(dial.call_id)
            assert (await ear.next_of(AgentParked)).fact == agent

    @pytest.mark.parametrize(("kind", "outcome"), [("busy", "busy"), ("dead", "dead_number")])
    async def test_who_cannot_be_reached_is_told_by_the_cause(
        self, candidate: Candidate, ear: Ear, kind: str, outcome: str
    ):
        dial = order(candidate, kind)
        await candidate.exchange.originate(dial)
        story = await ear.story_of(dial.call_id)
        assert not any(isinstance(fact, DebtorAnswered) for fact in story)
        (end,) = [fact for fact in story if isinstance(fact, DebtorHungUp)]
        assert unanswered_outcome(end.cause) == outcome

    async def test_a_call_nobody_answers_ends_with_its_ring_time(self, candidate: Candidate, ear: Ear):
        dial = order(candidate, "rings_out", ring_timeout_s=3)
        await candidate.exchange.originate(dial)
        ringing = await ear.next_of(DebtorRinging)
        end = await ear.next_of(DebtorHungUp, DialFailed)
        assert 1.5 < (end.at - ringing.at).total_seconds() < 8
        if isinstance(end.fact, DebtorHungUp):
            assert unanswered_outcome(end.fact.cause) == "noanswer"

    async def test_joining_with_a_leg_that_is_gone_is_refused(self, candidate: Candidate, ear: Ear):
        async with candidate.parked():
            agent = (await ear.next_of(AgentParked)).fact
            assert isinstance(agent, AgentParked)
            with pytest.raises(ExchangeError):
                await candidate.exchange.join(agent_channel=agent.channel, call_id=CallId(str(uuid4())))

    async def test_joining_an_agent_who_is_gone_is_refused(self, candidate: Candidate, ear: Ear):
        dial = order(candidate, "answers")
        await candidate.exchange.originate(dial)
        await ear.next_of(DebtorAnswered)
        with pytest.raises(ExchangeError):
            await candidate.exchange.join(agent_channel=f"PJSIP/{candidate.agent}-0fffffff", call_id=dial.call_id)
        await candidate.exchange.hang_up(dial.call_id)

    async def test_hanging_up_what_is_gone_is_no_error(self, candidate: Candidate):
        await candidate.exchange.hang_up(CallId(str(uuid4())))
        await candidate.exchange.hang_up_leg(f"PJSIP/{candidate.agent}-0fffffff")

    async def test_an_agents_leg_can_be_hung_up(self, candidate: Candidate, ear: Ear):
        async with candidate.parked():
            agent = (await ear.next_of(AgentParked)).fact
            assert isinstance(agent, AgentParked)
            await candidate.exchange.hang_up_leg(agent.channel)
            assert (await ear.next_of(AgentGone)).fact == AgentGone(login=agent.login, channel=agent.channel)
            assert await candidate.exchange.legs() == ()

    async def test_a_ringing_call_can_be_hung_up(self, candidate: Candidate, ear: Ear):
        dial = order(candidate, "rings_out")
        await candidate.exchange.originate(dial)
        await ear.next_of(DebtorRinging)
        await candidate.exchange.hang_up(dial.call_id)
        await ear.next_of(DebtorHungUp)
        assert not [leg for leg in await candidate.exchange.legs() if leg.call_id == dial.call_id]

    async def test_an_order_that_makes_no_sense_is_refused_and_nothing_rings(self, candidate: Candidate):
        dial = replace(order(candidate, "answers"), number="+55 11\r\nAction: Hangup")
        with pytest.raises(ExchangeRefusedError):
            await candidate.exchange.originate(dial)
        assert not [leg for leg in await candidate.exchange.legs() if leg.call_id == dial.call_id]

    async def test_the_legs_show_what_is_up(self, candidate: Candidate, ear: Ear):
        exchange, dial = candidate.exchange, order(candidate, "answers")
        async with candidate.parked():
            agent = (await ear.next_of(AgentParked)).fact
            assert isinstance(agent, AgentParked)
            await exchange.originate(dial)
            await ear.next_of(DebtorAnswered)
            by_login = {leg.login: leg for leg in await exchange.legs()}
            debtor = next(leg for leg in by_login.values() if leg.call_id == dial.call_id)
            assert (debtor.up, debtor.ringing, debtor.alone) == (True, False, Alone.WAITING)
            assert by_login[agent.login].channel == agent.channel
            await exchange.join(agent_channel=agent.channel, call_id=dial.call_id)
            await ear.next_of(LegsJoined)
            bridges = {leg.bridge for leg in await exchange.legs()}
            assert len(bridges) == 1
            assert bridges != {None}
            await exchange.hang_up(dial.call_id)
            await ear.next_of(DebtorHungUp)
            assert [leg.channel for leg in await exchange.legs()] == [agent.channel]

    async def test_the_loss_of_an_agents_leg_is_told(self, candidate: Candidate, ear: Ear):
        async with candidate.parked():
            agent = (await ear.next_of(AgentParked)).fact
            assert isinstance(agent, AgentParked)
        assert (await ear.next_of(AgentGone)).fact == AgentGone(login=agent.login, channel=agent.channel)

    async def test_a_lost_link_is_told_and_the_calls_go_on(self, candidate: Candidate, ear: Ear):
        exchange, dial = candidate.exchange, order(candidate, "rings_out")
        await exchange.originate(dial)
        await ear.next_of(DebtorRinging)
        await candidate.lose_link()
        await ear.next_of(LinkDown)
        await candidate.regain_link()
        await ear.next_of(LinkUp)
        (leg,) = [leg for leg in await exchange.legs() if leg.call_id == dial.call_id]
        assert leg.ringing
        assert await candidate.dials_seen(dial.call_id) == 1
        await exchange.hang_up(dial.call_id)
        await ear.next_of(DebtorHungUp)

    async def test_agents_configuration_can_be_taken_up_again(self, candidate: Candidate):
        await candidate.exchange.reload_agents()
