"""Telephones that are programs: they ring, answer, speak a WAV file and listen. The only door to pjsua2.

Everything runs in one thread, the event loop's: `Endpoint.run` lets pjsua2 work every 20 ms, its callbacks arrive
inside that, and whoever drives a `Line` awaits. The wheel is built for four calls at once in a process; more calls
need more processes.
"""

from lab.handset.conversation import Party, converse, listen
from lab.handset.ear import Ear
from lab.handset.endpoint import CALLS_PER_PROCESS, Account, Endpoint
from lab.handset.line import Line

__all__ = ["CALLS_PER_PROCESS", "Account", "Ear", "Endpoint", "Line", "Party", "converse", "listen"]
