"""The simulator's public address: a day of a scenario under a policy, and what it came to."""

from pacing.simulation.calls import CallClass, Curve, MachineDetection, Outcomes, Ring, Shock, realistic_ring
from pacing.simulation.chance import Constant, Exponential, Gamma, Law, Lognormal, Mixture, Resampled
from pacing.simulation.day import Day
from pacing.simulation.days import run_days
from pacing.simulation.policy import Launches, Policy, PolicyFactory
from pacing.simulation.run import simulate
from pacing.simulation.scenario import Scenario
from pacing.simulation.staff import Lunch, Pauses, Shift, Vanishing
from pacing.simulation.trunk import Trunk, TrunkFailure

__all__ = [
    "CallClass",
    "Constant",
    "Curve",
    "Day",
    "Exponential",
    "Gamma",
    "Launches",
    "Law",
    "Lognormal",
    "Lunch",
    "MachineDetection",
    "Mixture",
    "Outcomes",
    "Pauses",
    "Policy",
    "PolicyFactory",
    "Resampled",
    "Ring",
    "Scenario",
    "Shift",
    "Shock",
    "Trunk",
    "TrunkFailure",
    "Vanishing",
    "realistic_ring",
    "run_days",
    "simulate",
]
