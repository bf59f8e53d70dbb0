"""What can go wrong with sound."""

from base.errors import AloError


class StorageError(AloError):
    """The recordings folder or bucket cannot be used."""


class LegsStillGrowingError(Exception):
    """Asterisk has not closed the legs yet; look again in a moment."""


class UnknownCallError(AloError):
    """There is no row for the call; the dialer has not written it yet."""
