"""Clocks outside Brazil: of a number by the public numbering data, of a residence by its state. Pure.

States of the United States that reach over two clocks have both, and both must agree (49 CFR part 71).
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import phonenumbers
from phonenumbers import timezone

_UNKNOWN = "Etc/Unknown"
_STATES_OF_CLOCKS = {
    ("America/New_York",): "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    ("America/New_York", "America/Chicago"): "FL IN KY MI TN",
    ("America/Chicago",): "AL AR IA IL LA MN MO MS OK WI",
    ("America/Chicago", "America/Denver"): "KS ND NE SD TX",
    ("America/Denver",): "CO MT NM UT WY",
    ("America/Denver", "America/Phoenix"): "AZ",
    ("America/Denver", "America/Los_Angeles"): "ID OR",
    ("America/Los_Angeles",): "CA NV WA",
    ("America/Anchorage", "America/Adak"): "AK",
    ("Pacific/Honolulu",): "HI",
    ("America/Puerto_Rico",): "PR VI",
}
_US = {state: zones for zones, states in _STATES_OF_CLOCKS.items() for state in states.split()}
_GB = dict.fromkeys(("ENG", "NIR", "SCT", "WLS"), ("Europe/London",))

ZONES_OF_STATE_ABROAD: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType({"US": _US, "GB": _GB})
"""By country and state."""


@lru_cache(maxsize=4096)
def zones_of_number(number: str) -> tuple[str, ...]:
    """Every zone a number of another country may be in; empty when that is not known."""
    try:
        found = timezone.time_zones_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(zone for zone in found if zone != _UNKNOWN)
