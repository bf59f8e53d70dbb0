"""From plain data, as a TOML file holds it, to the frozen data of a scenario; errors name the field."""

import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pacing.simulation.calls import Curve, Ring, realistic_ring
from pacing.simulation.chance import LAWS, Constant, Law, Resampled

Samples = Mapping[str, Sequence[float]]
Built = TypeVar("Built")


def build(cls: type[Built], value: Any, samples: Samples, where: str = "scenario") -> Built:
    """A frozen dataclass from a table of its fields; `where` names it in errors. Raises ValueError."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{where} is {value!r}: give a table with {_names(cls)}")  # noqa: TRY004 - bad data, not a bad call
    hints = get_type_hints(cls)
    known = {each.name: each for each in fields(cls)}  # type: ignore[arg-type]
    for name in value:
        if name not in known:
            raise ValueError(f"{where}.{name} is unknown: give {_names(cls)}")
    for name, each in known.items():
        if name not in value and each.default is MISSING and each.default_factory is MISSING:
            raise ValueError(f"{where}.{name} is missing: give it")
    given = {name: _convert(each, hints[name], samples, f"{where}.{name}") for name, each in value.items()}
    try:
        return cls(**given)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error


def _names(cls: type) -> str:
    return ", ".join(each.name for each in fields(cls))


def _convert(value: Any, hint: Any, samples: Samples, where: str) -> Any:
    if hint is Law:
        return _law(value, samples, where)
    if hint is Ring and isinstance(value, str):
        if value != "realistic":
            raise ValueError(f'{where} is {value!r}: give "realistic" or a table with {_names(Ring)}')
        return realistic_ring()
    if is_dataclass(hint):
        return build(hint, value, samples, where)  # type: ignore[arg-type]
    if get_origin(hint) in {Union, types.UnionType}:
        return _one_of(value, get_args(hint), samples, where)
    if get_origin(hint) is tuple:
        return _several(value, get_args(hint), samples, where)
    return _plain(value, hint, where)


def _one_of(value: Any, hints: tuple[Any, ...], samples: Samples, where: str) -> Any:
    """`X | None` is X where it is given; a curve or a share is told by its form."""
    if Curve in hints and not isinstance(value, Mapping):
        if not isinstance(value, Sequence) or isinstance(value, str):
            return _plain(value, float, where)
        value = {"points": value}
    return _convert(value, hints[0], samples, where)


def _several(value: Any, hints: tuple[Any, ...], samples: Samples, where: str) -> tuple[Any, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError(f"{where} is {value!r}: give a list")  # noqa: TRY004 - bad data, not a bad call
    if hints[-1] is Ellipsis:
        hints = (hints[0],) * len(value)
    if len(hints) != len(value):
        raise ValueError(f"{where} is {value!r}: give {len(hints)} values")
    return tuple(
        _convert(each, hint, samples, f"{where}[{number}]")
        for number, (each, hint) in enumerate(zip(value, hints, strict=True))
    )


def _law(value: Any, samples: Samples, where: str) -> Law:
    if not isinstance(value, Mapping):
        return build(Constant, {"mean": value}, samples, where)
    parts = dict(value)
    kind = parts.pop("law", None)
    if kind not in LAWS:
        raise ValueError(f"{where}.law is {kind!r}: give one of {', '.join(LAWS)}, or a number of seconds")
    if LAWS[kind] is Resampled and "sample" in parts:
        sample = parts.pop("sample")
        if sample not in samples:
            known = ", ".join(samples) or "no sample is at hand, give values"
            raise ValueError(f"{where}.sample is {sample!r}: give one of: {known}")
        parts["values"] = [float(each) for each in samples[sample]]
    return build(LAWS[kind], parts, samples, where)


_PLAIN: dict[type, tuple[tuple[type, ...], str]] = {
    float: ((int, float), "a number"),
    int: ((int,), "a whole number"),
    str: ((str,), "a text"),
    bool: ((bool,), "true or false"),
}


def _plain(value: Any, hint: type, where: str) -> Any:
    allowed, words = _PLAIN[hint]
    if not isinstance(value, allowed) or (isinstance(value, bool) and hint is not bool):
        raise ValueError(f"{where} is {value!r}: give {words}")
    return hint(value)
