"""What may hold a campaign's dialling back although its pacing wants calls."""

from enum import StrEnum


class Hold(StrEnum):
    """Why calls the pacing asks for are not dialled now."""

    LINK_DOWN = "link_down"
    """The exchange cannot be reached, or the floor is being compared with it."""
    LIST_EMPTY = "list_empty"
    """No lead may be dialled now: all done, resting, or outside the calling hours where they live."""
    TRUNK_LINES = "trunk_lines"
    """The trunk's lines are all in use, by all campaigns together."""
    TRUNK_RATE = "trunk_rate"
    """The trunk takes no more calls this second."""
    SHORT_CALLS = "short_calls"
    """So many calls of today were short that the carrier may block the company: no more through it today."""
