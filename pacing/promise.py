"""Keeping the promise: how much expected overflow a launch may bring, given the abandonment so far."""

import math

from pacing.tally import Window


class Promise:
    def __init__(self, target: float, gain: float = 0.12, start: float = -2.8, integral: float = 1.0, z: float = 1.5, barrier=True):
        self.x = target
        self.gain = gain
        self.z = z
        self.log_tau = start
        self.integral = integral
        self.barrier = barrier
        self.live = 0
        self.abandoned = 0
        self.last = -math.inf
        self.hour = Window(3600.0)

    @property
    def span(self):
        return 1.0 / (self.gain * self.x * 0.7)

    def settled(self, at, abandoned: bool):
        if at - self.last > 3 * 3600.0:
            self.live = self.abandoned = 0
        self.last = at
        self.live += 1
        self.abandoned += abandoned
        self.hour.add(at, connected=not abandoned, abandoned=int(abandoned))
        e = self.error()
        omega = self.gain * self.x * 0.7 / 2 * self.integral
        self.log_tau -= omega * omega / (self.x * 0.7) * e
        self.log_tau = min(max(self.log_tau, -7.0), -0.3)

    def margin(self):
        var = 0.5 * self.x * self.span * (1 - math.exp(-2 * self.live / self.span))
        return self.z * math.sqrt(var)

    def error(self):
        e = self.abandoned - self.x * self.live + self.margin()
        lim = 0.6 / self.gain
        return max(-lim, min(e, 2.5 * lim))

    def tau(self, at):
        if self.live >= 100 and self.barrier and self.abandoned >= self.x * self.live + 2.5 * math.sqrt(0.5 * self.x * self.span):
            return 0.0
        self.hour.advance(at)
        if self.hour.live > 150 and self.hour.abandoned > 1.8 * self.x * self.hour.live + 1:
            return 0.0
        return math.exp(self.log_tau - self.gain * self.error())
