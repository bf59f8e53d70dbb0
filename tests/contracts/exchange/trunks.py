"""The part of the exam about trunks: congestion, dialling the same call again, and how the exchange is doing."""

from dataclasses import replace

from crm.model import Outcome
from dialer.asterisk.port import DebtorAnswered, DebtorHungUp, DebtorRinging, DialFailed
from dialer.call.causes import unanswered_outcome
from dialer.trunk.reach import Reach
from tests.contracts.exchange.candidate import Candidate, Ear, order


class TrunkQuestions:
    """Mixed into the exam."""

    async def test_a_call_the_carrier_refuses_is_told_as_congestion_without_ringing(
        self, candidate: Candidate, ear: Ear
    ):
        dial = order(candidate, "congested")
        await candidate.exchange.originate(dial)
        story = await ear.story_of(dial.call_id)
        assert not any(isinstance(fact, DebtorRinging) for fact in story)
        (end,) = [fact for fact in story if isinstance(fact, DebtorHungUp)]
        assert unanswered_outcome(end.cause) is Outcome.CONGESTION

    async def test_a_refused_call_can_be_dialled_again_under_its_own_id(self, candidate: Candidate, ear: Ear):
        exchange, dial = candidate.exchange, order(candidate, "congested")
        await exchange.originate(dial)
        await ear.next_of(DebtorHungUp)
        await exchange.originate(replace(dial, number=candidate.number("answers"), hop=1))
        answered = await ear.next_of(DebtorAnswered)
        assert answered.fact == DebtorAnswered(call_id=dial.call_id)
        (leg,) = [leg for leg in await exchange.legs() if leg.call_id == dial.call_id]
        assert leg.up
        await exchange.hang_up(dial.call_id)
        await ear.next_of(DebtorHungUp)

    async def test_which_of_its_dials_failed_is_told(self, candidate: Candidate, ear: Ear):
        exchange, dial = candidate.exchange, order(candidate, "congested")
        await exchange.originate(replace(dial, hop=2))
        assert (await ear.next_of(DialFailed)).fact == DialFailed(call_id=dial.call_id, reason=0, hop=2)

    async def test_how_the_exchange_is_doing_can_be_asked(self, candidate: Candidate):
        vitals = await candidate.exchange.vitals()
        assert vitals.queues
        assert all(0 <= queue.waiting <= queue.deepest for queue in vitals.queues)
        assert all(queue.high_water > 0 for queue in vitals.queues)
        assert vitals.trunks == {"main": Reach.UNKNOWN}, "nobody asks this carrier whether it is there"
