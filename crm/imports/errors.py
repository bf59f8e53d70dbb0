"""A value of a row that cannot be used."""


class BadValueError(ValueError):
    """The reason in Portuguese, as written into the rejected file."""
