"""Which clock hangs on the debtor's wall: Brazilian area code (DDD) and state (UF) to IANA time zones.

Area codes follow Anatel's numbering plan (67 codes). DDD 97 reaches over two clocks, so it has two zones and both must
agree. Fernando de Noronha (one hour ahead, DDD 81, 3,000 people) is treated as Recife.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from crm.places import STATE_OF_DDD, STATES, ddd_of
from dialer.compliance.abroad import ZONES_OF_STATE_ABROAD, zones_of_number

DEFAULT_ZONE = "America/Sao_Paulo"

_CITY_OF_STATE = {
    "AC": "Rio_Branco",
    "AL": "Maceio",
    "AM": "Manaus",
    "AP": "Belem",
    "BA": "Bahia",
    "CE": "Fortaleza",
    "MA": "Fortaleza",
    "MS": "Campo_Grande",
    "MT": "Cuiaba",
    "PA": "Belem",
    "PB": "Fortaleza",
    "PE": "Recife",
    "PI": "Fortaleza",
    "RN": "Fortaleza",
    "RO": "Porto_Velho",
    "RR": "Boa_Vista",
    "SE": "Maceio",
    "TO": "Araguaina",
}
_OWN_ZONES_OF_DDD = {"93": ("America/Santarem",), "97": ("America/Manaus", "America/Eirunepe")}

ZONES_OF_STATE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {state: (f"America/{_CITY_OF_STATE[state]}" if state in _CITY_OF_STATE else DEFAULT_ZONE,) for state in STATES}
)
ZONES_OF_DDD: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {ddd: _OWN_ZONES_OF_DDD.get(ddd, ZONES_OF_STATE[state]) for ddd, state in STATE_OF_DDD.items()}
)


@lru_cache(maxsize=4096)
def zones_of(number: str, state: str | None, country: str = "BR") -> tuple[str, ...]:
    """Every zone the debtor may be in: by number and by state of residence; never empty. country: the state's."""
    ddd = ddd_of(number)
    by_number = ZONES_OF_DDD[ddd] if ddd is not None else zones_of_number(number)
    states = ZONES_OF_STATE if country == "BR" else ZONES_OF_STATE_ABROAD.get(country, {})
    by_state = states.get((state or "").upper(), ())
    return tuple(dict.fromkeys(by_number + by_state)) or (DEFAULT_ZONE,)


def midnights(now: datetime) -> dict[str, datetime]:
    """When today began, by state and by area code, and for `""` where neither is known.

    Of several zones the earliest midnight counts, so that a day's attempts are never under-counted.
    """
    places = {**ZONES_OF_STATE, **ZONES_OF_DDD, "": (DEFAULT_ZONE,)}
    begun = {zone: _midnight(now, zone) for zone in {zone for zones in places.values() for zone in zones}}
    return {place: min(begun[zone] for zone in zones) for place, zones in places.items()}


@cache
def zone_info(zone: str) -> ZoneInfo:
    return ZoneInfo(zone)


def _midnight(now: datetime, zone: str) -> datetime:
    return now.astimezone(zone_info(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
