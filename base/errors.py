"""Errors a person can act on."""


class AloError(Exception):
    """Something is wrong that a person can mend; the message says what and what to do.

    The command line prints the message alone, without a traceback, and exits with `exit_code`.
    """

    exit_code = 1


class SettingsError(AloError):
    """A setting is missing or makes no sense."""

    exit_code = 2


class DatabaseError(AloError):
    """The database cannot be reached or used."""


class MissingPartError(AloError):
    """A part of the machine (program, weights, voice) is not there and could not be fetched."""
