"""The part of the exam about who picks up: the message for those nobody joins, people and machines."""

import asyncio

import numpy as np
import pytest

from crm.model import AnswerDetection
from dialer.answer.detector import RATE_HZ, Sound
from dialer.asterisk.port import (
    AgentParked,
    Alone,
    DebtorAnswered,
    DebtorHungUp,
    DebtorPickedUp,
    DebtorWaitedTooLong,
    LegsJoined,
    MachineAnswered,
    MessageEnded,
)
from tests.contracts.exchange.candidate import Candidate, Ear, order


class Answers:
    """The fixture `candidate` comes with the exam."""

    @pytest.fixture
    def ear(self, candidate: Candidate) -> Ear:
        return Ear(candidate.exchange)

    async def test_a_debtor_nobody_joins_hears_the_message_within_two_seconds_and_to_its_end(
        self, candidate: Candidate, ear: Ear
    ):
        dial = order(candidate, "answers")
        await candidate.exchange.originate(dial)
        answered = await ear.next_of(DebtorAnswered)
        begins = await ear.next_of(DebtorWaitedTooLong)
        assert 1.5 <= (begins.at - answered.at).total_seconds() <= 2.0
        (leg,) = await candidate.exchange.legs()
        assert leg.alone is Alone.MESSAGE
        ends = await ear.next_of(MessageEnded, DebtorHungUp, seconds=40)
        assert ends.fact == MessageEnded(call_id=dial.call_id, played=True)
        assert (ends.at - begins.at).total_seconds() > 2.0
        assert (await ear.next_of(DebtorHungUp)).fact == DebtorHungUp(call_id=dial.call_id, cause=16)

    async def test_of_a_message_cut_short_only_the_hang_up_is_told(self, candidate: Candidate, ear: Ear):
        dial = order(candidate, "answers")
        await candidate.exchange.originate(dial)
        await ear.next_of(DebtorWaitedTooLong)
        await asyncio.sleep(0.5)
        await candidate.debtor_hangs_up(dial.call_id)
        assert [type(fact) for fact in await ear.story_of(dial.call_id)] == [DebtorHungUp]

    async def test_who_is_joined_before_the_message_hears_none(self, candidate: Candidate, ear: Ear):
        exchange, dial = candidate.exchange, order(candidate, "answers")
        async with candidate.parked():
            agent = (await ear.next_of(AgentParked)).fact
            assert isinstance(agent, AgentParked)
            await exchange.originate(dial)
            await ear.next_of(DebtorAnswered)
            await asyncio.sleep(1.2)
            await exchange.join(agent_channel=agent.channel, call_id=dial.call_id)
            await ear.next_of(LegsJoined)
            await asyncio.sleep(2)
            await candidate.debtor_hangs_up(dial.call_id)
            assert await ear.story_of(dial.call_id) == [DebtorHungUp(call_id=dial.call_id, cause=16)]

    async def test_a_person_who_is_listened_to_is_told_after_the_greeting(self, candidate: Candidate, ear: Ear):
        dial = order(candidate, "person", detection=AnswerDetection.AMD)
        await candidate.exchange.originate(dial)
        picked_up = await ear.next_of(DebtorPickedUp, DebtorAnswered)
        assert picked_up.fact == DebtorPickedUp(call_id=dial.call_id)
        (leg,) = await candidate.exchange.legs()
        assert leg.alone is Alone.SCREENED
        answered = await ear.next_of(DebtorAnswered, MachineAnswered)
        assert isinstance(answered.fact, DebtorAnswered)
        ago_s = answered.fact.greeting_ended_ago_s
        assert ago_s is not None
        begins = await ear.next_of(DebtorWaitedTooLong)
        assert 1.5 <= (begins.at - answered.at).total_seconds() + ago_s <= 2.0, "counted from the greeting's end"
        await candidate.exchange.hang_up(dial.call_id)

    async def test_a_machine_is_told_with_the_reason_and_hung_up(self, candidate: Candidate, ear: Ear):
        dial = order(candidate, "machine", detection=AnswerDetection.AMD)
        await candidate.exchange.originate(dial)
        await ear.next_of(DebtorPickedUp)
        story = await ear.story_of(dial.call_id)
        machine, hung_up = story
        assert isinstance(machine, MachineAnswered)
        assert machine.why
        assert hung_up == DebtorHungUp(call_id=dial.call_id, cause=16)

    async def test_a_debtors_sound_can_be_listened_to_while_an_agent_talks(self, candidate: Candidate, ear: Ear):
        exchange, dial = candidate.exchange, order(candidate, "machine")
        async with candidate.parked():
            agent = (await ear.next_of(AgentParked)).fact
            assert isinstance(agent, AgentParked)
            await exchange.originate(dial)
            await ear.next_of(DebtorAnswered)
            sound = await exchange.listen(dial.call_id)
            await exchange.join(agent_channel=agent.channel, call_id=dial.call_id)
            await ear.next_of(LegsJoined)
            assert loudness(await heard(sound, 3.0)) > 500
            await candidate.debtor_hangs_up(dial.call_id)
            async with asyncio.timeout(10):
                while await sound.get() is not None:
                    pass

    async def test_of_the_agent_nothing_is_heard(self, candidate: Candidate, ear: Ear):
        exchange, dial = candidate.exchange, order(candidate, "answers")
        async with candidate.parked():
            agent = (await ear.next_of(AgentParked)).fact
            assert isinstance(agent, AgentParked)
            await exchange.originate(dial)
            await ear.next_of(DebtorAnswered)
            await exchange.join(agent_channel=agent.channel, call_id=dial.call_id)
            await ear.next_of(LegsJoined)
            sound = await exchange.listen(dial.call_id)
            assert loudness(await heard(sound, 2.0)) < 50
            exchange.stop_listening(dial.call_id)
            exchange.stop_listening(dial.call_id)
            await candidate.debtor_hangs_up(dial.call_id)

    async def test_silence_is_no_machine(self, candidate: Candidate, ear: Ear):
        dial = order(candidate, "answers", detection=AnswerDetection.AMD)
        await candidate.exchange.originate(dial)
        told = await ear.next_of(DebtorAnswered, MachineAnswered)
        assert told.fact == DebtorAnswered(call_id=dial.call_id)
        await candidate.exchange.hang_up(dial.call_id)


async def heard(sound: "asyncio.Queue[Sound | None]", seconds: float) -> Sound:
    """So much of the sound; less when it ends."""
    pieces: list[Sound] = []
    async with asyncio.timeout(seconds + 10):
        while sum(map(len, pieces)) < seconds * RATE_HZ:
            piece = await sound.get()
            if piece is None:
                break
            pieces.append(piece)
    return np.concatenate(pieces)


def loudness(sound: Sound) -> float:
    return float(np.sqrt(np.mean(sound.astype(float) ** 2)))
