"""One sentence for every value outside its range."""


def within(name: str, value: float, low: float, high: float) -> None:
    """Raises ValueError, naming the field and its range, where the value is not in it."""
    if not low <= value <= high:
        raise ValueError(f"{name} is {value}: give a value from {low:g} to {high:g}")
