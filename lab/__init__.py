"""Simulated debtors, carrier and agents, for the demo, the tests and the benchmarks; never used by the product."""
