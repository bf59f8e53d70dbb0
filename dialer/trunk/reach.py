"""Whether a trunk's far end is there, as the exchange knows it."""

from enum import StrEnum


class Reach(StrEnum):
    """UNKNOWN: nobody asks (`qualify_s` is 0), or no answer is due yet."""

    UNKNOWN = "unknown"
    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"
    """It does not answer OPTIONS: Asterisk dials nothing there."""
    UNREGISTERED = "unregistered"
    """It is to register, and the carrier has not taken the registration."""
