"""Which detector listens for which campaigns."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from crm.model import AnswerDetection
from dialer.answer.cadence import Cadence
from dialer.answer.detector import Detector

DETECTORS: Mapping[AnswerDetection, Callable[[], Detector]] = MappingProxyType({AnswerDetection.CONNECT_FIRST: Cadence})
"""Detectors that listen beside the agent; Asterisk's own listens in the dialplan and is not among them."""
