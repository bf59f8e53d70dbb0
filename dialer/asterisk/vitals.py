"""How Asterisk is doing and whether its trunks are there, read from its console's tables."""

import re
from collections.abc import Iterable

from dialer.trunk.pressure import Queue
from dialer.trunk.reach import Reach

TASKPROCESSORS = "core show taskprocessors"
CONTACTS = "pjsip show contacts"
REGISTRATIONS = "pjsip show registrations"

# Name, processed, in queue, max depth, low water, high water; newer releases have more columns behind.
_QUEUE = re.compile(r"(\S+)\s+\d+\s+(\d+)\s+(\d+)\s+\d+\s+(\d+)(?:\s+\d+)*\s*")
_CONTACT = re.compile(r"\s*Contact:\s+trunk-([A-Za-z0-9_-]+)/.*\s(Avail|Unavail|NonQual|Unknown|Created)\s+\S+\s*")
_REGISTRATION = re.compile(r"\s*trunk-([A-Za-z0-9_-]+)/.*\s(Registered|Unregistered|Rejected|Stopped)\b.*")

_REACH = {"Avail": Reach.REACHABLE, "Unavail": Reach.UNREACHABLE}


def queues(lines: Iterable[str]) -> tuple[Queue, ...]:
    """The task processors of `core show taskprocessors`."""
    found = (_QUEUE.fullmatch(line) for line in lines)
    return tuple(
        Queue(name=m[1], waiting=int(m[2]), deepest=int(m[3]), high_water=int(m[4])) for m in found if m is not None
    )


def reaches(contacts: Iterable[str], registrations: Iterable[str]) -> dict[str, Reach]:
    """Whether each trunk is there. One whose registration was not taken may still be dialled, and is said so."""
    reach = {m[1]: _REACH.get(m[2], Reach.UNKNOWN) for line in contacts if (m := _CONTACT.fullmatch(line))}
    for line in registrations:
        match = _REGISTRATION.fullmatch(line)
        if match and match[2] != "Registered" and reach.get(match[1]) is not Reach.UNREACHABLE:
            reach[match[1]] = Reach.UNREGISTERED
    return reach
