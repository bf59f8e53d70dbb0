"""The states of Brazil (UF) and their area codes (DDD), by Anatel's numbering plan: 27 and 67."""

from collections.abc import Mapping
from types import MappingProxyType

_DDDS_OF_STATE = {
    "AC": "68",
    "AL": "82",
    "AM": "92 97",
    "AP": "96",
    "BA": "71 73 74 75 77",
    "CE": "85 88",
    "DF": "61",
    "ES": "27 28",
    "GO": "62 64",
    "MA": "98 99",
    "MG": "31 32 33 34 35 37 38",
    "MS": "67",
    "MT": "65 66",
    "PA": "91 93 94",
    "PB": "83",
    "PE": "81 87",
    "PI": "86 89",
    "PR": "41 42 43 44 45 46",
    "RJ": "21 22 24",
    "RN": "84",
    "RO": "69",
    "RR": "95",
    "RS": "51 53 54 55",
    "SC": "47 48 49",
    "SE": "79",
    "SP": "11 12 13 14 15 16 17 18 19",
    "TO": "63",
}

STATES = frozenset(_DDDS_OF_STATE)
STATE_OF_DDD: Mapping[str, str] = MappingProxyType(
    {ddd: state for state, ddds in _DDDS_OF_STATE.items() for ddd in ddds.split()}
)
"""The state an area code belongs to; DDD 61 (DF) also serves towns of Goiás around it."""


def ddd_of(number: str) -> str | None:
    """The area code of a Brazilian E.164 number; None for any other number."""
    ddd = number[3:5] if number.startswith("+55") else ""
    return ddd if ddd in STATE_OF_DDD else None
