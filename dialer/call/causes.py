"""What a hang-up cause says of a number that was never answered (Q.850; Asterisk's include/asterisk/causes.h).

A carrier speaks SIP: Asterisk makes a cause of its answer, `CAUSE_OF_SIP` says which (chan_pjsip, hangup_sip2cause).
Every cause and every SIP error has its outcome here; a cause nobody has defined is a failure.
"""

from collections.abc import Mapping
from types import MappingProxyType

from crm.model import Outcome

OUTCOMES: Mapping[int, Outcome] = MappingProxyType(
    {
        0: Outcome.NOANSWER,  # we gave up: the ring time was over
        1: Outcome.DEAD_NUMBER,  # unallocated
        2: Outcome.FAILED,  # no route to the transit network
        3: Outcome.FAILED,  # no route to the destination
        4: Outcome.FAILED,  # special information tone
        5: Outcome.FAILED,  # misdialled trunk prefix
        6: Outcome.FAILED,  # channel unacceptable
        7: Outcome.FAILED,  # awarded and delivered in an established channel
        8: Outcome.CONGESTION,  # pre-empted
        14: Outcome.FAILED,  # ported number, to be asked for again
        16: Outcome.NOANSWER,  # normal clearing
        17: Outcome.BUSY,
        18: Outcome.NOANSWER,  # the telephone does not respond
        19: Outcome.NOANSWER,  # it rings and nobody picks up
        20: Outcome.NOANSWER,  # subscriber absent: switched off, or out of the network's area
        21: Outcome.BUSY,  # call rejected: somebody pressed the red button
        22: Outcome.DEAD_NUMBER,  # number changed
        23: Outcome.FAILED,  # redirected to a new destination
        26: Outcome.NOANSWER,  # answered elsewhere, which is how our own CANCEL can come back
        27: Outcome.FAILED,  # destination out of order
        28: Outcome.DEAD_NUMBER,  # invalid format
        29: Outcome.FAILED,  # facility rejected
        30: Outcome.FAILED,  # response to a status enquiry
        31: Outcome.NOANSWER,  # normal, unspecified
        34: Outcome.CONGESTION,  # no circuit
        38: Outcome.CONGESTION,  # network out of order
        39: Outcome.CONGESTION,  # permanent connection out of service
        40: Outcome.FAILED,  # permanent connection operational
        41: Outcome.CONGESTION,  # temporary failure
        42: Outcome.CONGESTION,  # the switch is congested
        43: Outcome.FAILED,  # access information discarded
        44: Outcome.CONGESTION,  # channel not available
        45: Outcome.CONGESTION,  # pre-empted (Asterisk's number)
        46: Outcome.CONGESTION,  # a call of precedence is blocked
        47: Outcome.CONGESTION,  # resources not available
        49: Outcome.FAILED,  # quality of service not available
        50: Outcome.FAILED,  # facility not subscribed
        52: Outcome.FAILED,  # outgoing calls barred
        54: Outcome.FAILED,  # incoming calls barred
        55: Outcome.FAILED,  # incoming calls barred in the closed user group
        57: Outcome.FAILED,  # bearer capability not authorised
        58: Outcome.FAILED,  # bearer capability not available: no codec in common
        63: Outcome.FAILED,  # service not available
        65: Outcome.FAILED,  # bearer capability not implemented
        66: Outcome.FAILED,  # channel type not implemented
        69: Outcome.FAILED,  # facility not implemented
        79: Outcome.FAILED,  # service not implemented
        81: Outcome.FAILED,  # invalid call reference
        88: Outcome.FAILED,  # incompatible destination
        95: Outcome.FAILED,  # invalid message
        96: Outcome.FAILED,  # mandatory element missing
        97: Outcome.FAILED,  # message type unknown
        98: Outcome.FAILED,  # wrong message
        99: Outcome.FAILED,  # element unknown
        100: Outcome.FAILED,  # invalid element
        101: Outcome.FAILED,  # message not fit for the state of the call
        102: Outcome.FAILED,  # recovery on timer expiry
        103: Outcome.FAILED,  # mandatory element of the wrong length
        111: Outcome.FAILED,  # protocol error
        127: Outcome.FAILED,  # interworking: the far network did not say
    }
)

REJECTED, OUTSIDE = 21, 127
CONGESTED, FORBIDDING = 34, 29

CAUSE_OF_SIP: Mapping[int, int] = MappingProxyType(
    {
        401: REJECTED,
        403: REJECTED,
        404: 1,
        407: REJECTED,
        408: 18,
        409: 41,
        410: 22,
        420: 3,
        480: 19,
        483: 19,
        484: 28,
        485: 1,
        486: 17,
        488: 58,
        500: 38,
        501: FORBIDDING,
        502: 27,
        504: 102,
        505: OUTSIDE,
        600: 17,
        603: REJECTED,
        604: 1,
        606: 58,
    }
)
"""The SIP answers with a cause of their own; of the others the class decides."""

_FIRST_ERROR, _LAST_ERROR = 400, 699


def unanswered_outcome(cause: int) -> Outcome:
    """The outcome of a call that ended with `cause` before anybody picked up."""
    return OUTCOMES.get(cause, Outcome.FAILED)


def cause_of_sip(status: int) -> int:
    """The Q.850 cause Asterisk makes of a SIP error, 400 to 699. Raises ValueError for another status."""
    if not _FIRST_ERROR <= status <= _LAST_ERROR:
        raise ValueError(f"{status} is no SIP error: give a status from {_FIRST_ERROR} to {_LAST_ERROR}")
    by_class = CONGESTED if status // 100 == 5 else OUTSIDE
    return CAUSE_OF_SIP.get(status, by_class)


def outcome_of_sip(status: int) -> Outcome:
    """The outcome of a call a carrier refused with this SIP error. Raises ValueError for another status."""
    return unanswered_outcome(cause_of_sip(status))
