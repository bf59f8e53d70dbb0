"""A floor that is not there: debtors, trunk and agents as chance has them, under any policy that decides launches.

Discrete events, seeded, pure; the same seed is the same world for every policy. `pacing.simulator` is its address.
"""
