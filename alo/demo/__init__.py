"""The demonstration: the whole product at work on simulated debtors, watched live and checked at the end."""
