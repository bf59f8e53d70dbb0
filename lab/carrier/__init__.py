"""The carrier and everybody behind it: takes calls for Brazilian numbers and lets each debtor of the plan behave.

pjsua2 holds four calls in a process, so debtors live in workers; the front is the carrier's one SIP address, chooses
the behaviour of each call and passes the packets on.
"""
