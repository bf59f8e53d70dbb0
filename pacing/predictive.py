"""The predictive law (draft)."""

import math
import numpy as np

from pacing.answer_rate import STEP, WEIGHTS, AnswerRate
from pacing.handling import Stage
from pacing.laws import Wish, Progressive
from pacing.model import AgentState, Heard, Observation, Reason
from pacing.overflow import LEVELS, Overflow, spread
from pacing.promise import Promise
from pacing.ringing import AGES, Ringing


class Predictive:
    def __init__(self, target, **options) -> None:
        self.horizon = options.pop("horizon", 0.5)
        self.evidence = options.pop("evidence", 30)
        self.ringing = Ringing()
        self.rate = AnswerRate()
        self.talk = Stage(120.0)
        self.wrap = Stage(20.0)
        self.wraps = 0
        self.talks = 0
        self.promise = Promise(target.abandonment, **options)
        self._answers = 0
        self._expected = 0.0
        self._tick = -math.inf
        self._refreshed = -math.inf
        self._progressive = Progressive()
        self.seen = {}

    def hear(self, o: Observation) -> None:
        if o.heard in (Heard.RANG_OUT, Heard.ANSWERED) and o.seconds is not None:
            before = max(0.0, o.seconds - (o.at - self._tick)) if o.at > self._tick else o.seconds
            self._expected += self.ringing.expected(o.seconds) - self.ringing.expected(before)
            self._answers += o.heard is Heard.ANSWERED
            self.ringing.end(o.seconds, answered=o.heard is Heard.ANSWERED, level=self.rate.level)
        elif o.heard in (Heard.CONNECTED, Heard.ABANDONED):
            self.promise.settled(o.at, o.heard is Heard.ABANDONED)
        elif o.heard is Heard.TALK_ENDED:
            self.talk.end(o.seconds); self.talks += 1
        elif o.heard is Heard.WRAPUP_ENDED:
            self.wrap.end(o.seconds); self.wraps += 1

    def wish(self, floor) -> Wish:
        now = floor.now
        placed = np.fromiter(floor.in_flight.values(), dtype=np.float64, count=len(floor.in_flight))
        ages = now - placed
        if now > self._tick:
            if math.isfinite(self._tick):
                before = np.maximum(self._tick - placed, 0.0)
                e = self._expected + self.ringing.expected_all(ages) - self.ringing.expected_all(before)
                self.rate.step(now - self._tick, max(e, 0.0), self._answers)
            self._tick = now
            self._expected, self._answers = 0.0, 0
            if now >= self._refreshed + 1.0:
                self._refreshed = now
                self.ringing.refresh(ages, self.rate.level)
                steps = round(math.log(self.ringing.mean_level) / STEP)
                if steps:
                    self.ringing.rebase(math.exp(steps * STEP)); self.rate.rebase(steps)
                    self.ringing.refresh(ages, self.rate.level)
                self.talk.refresh(now - floor.since(AgentState.TALKING)); self.wrap.refresh(now - floor.since(AgentState.WRAPUP))
                self.chances = self.ringing.answer_chances(self.rate.points)
                self.delay = self.ringing.answer_delay_s(self.rate.level)
        base = self._progressive.wish(floor)
        if floor.at_work < 2 or self.ringing.calls < self.evidence:
            return base
        horizon = self.horizon * self.delay
        tau = self.promise.tau(now)
        counts = np.bincount(np.minimum(ages.astype(np.intp), AGES - 1), minlength=AGES)
        rung = np.nonzero(counts)[0]
        answers = spread(self.chances[:, rung], counts[rung].astype(np.float64))
        share = (self.wraps + 1) / (self.talks + 1)
        share = min(share, 1.0)
        wrap_in = max(0.0, 1 - (self.wrap.mean_s / max(horizon, .1)) * -math.expm1(-horizon / self.wrap.mean_s))
        talk = self.talk.ending_within(now - floor.since(AgentState.TALKING), horizon) * (1 - share + share * wrap_in)
        wrap = self.wrap.ending_within(now - floor.since(AgentState.WRAPUP), horizon)
        frees = np.concatenate([talk, wrap])
        free = spread(frees[None, :], np.ones(len(frees)))[0]
        law = Overflow(answers, free)
        waiting = len(floor.waiting)
        capacity = floor.count(AgentState.READY) - waiting
        chance = self.chances[:, 0]
        launch = 0
        most = 2 + 20 * floor.at_work - len(floor.in_flight)
        while launch < most:
            law.add(chance)
            over = float(WEIGHTS @ law.beyond(capacity))
            live = waiting + float(WEIGHTS @ law.answers_mean)
            if over > tau * live:
                break
            launch += 1
        launch = max(launch, base.launch)
        reason = Reason.LAUNCHING if launch else base.reason
        return Wish(launch=launch, reason=reason, numbers={"tau": tau})
