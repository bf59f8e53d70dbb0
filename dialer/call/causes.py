"""What a hang-up cause says of a number that was never answered (Q.850; Asterisk's include/asterisk/causes.h)."""

from crm.model import Outcome

_OUTCOMES = {
    1: Outcome.DEAD_NUMBER,  # unallocated
    22: Outcome.DEAD_NUMBER,  # number changed
    28: Outcome.DEAD_NUMBER,  # invalid format
    17: Outcome.BUSY,
    21: Outcome.BUSY,  # call rejected: somebody pressed the red button
    0: Outcome.NOANSWER,  # we gave up: the ring time was over
    16: Outcome.NOANSWER,
    18: Outcome.NOANSWER,
    19: Outcome.NOANSWER,
    20: Outcome.NOANSWER,  # subscriber absent
    26: Outcome.NOANSWER,  # answered elsewhere, which is how our own CANCEL can come back
    34: Outcome.CONGESTION,
    38: Outcome.CONGESTION,
    41: Outcome.CONGESTION,
    42: Outcome.CONGESTION,
    44: Outcome.CONGESTION,
}


def unanswered_outcome(cause: int) -> Outcome:
    """The outcome of a call that ended with `cause` before anybody picked up."""
    return _OUTCOMES.get(cause, Outcome.FAILED)
