"""Who owes what, what was said, what comes next: debtors, debts, contact points, campaigns, leads, and the timeline.

Everything that happens in the house falls to the timeline here.
"""
