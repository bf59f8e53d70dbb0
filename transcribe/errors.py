"""What can go wrong between sound and words."""

from base.errors import AloError


class UnreadableAudioError(AloError):
    """The file is no sound we can read; the same file will never be."""


class BusyError(Exception):
    """Another worker is at this call; look again later."""
