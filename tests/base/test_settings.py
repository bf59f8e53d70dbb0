"""Trunks, carriers and routes of alo.toml: what fits is taken, what does not is said in a sentence."""

from pathlib import Path

import pytest

from base.errors import SettingsError
from base.settings import Settings, load_settings

TWO = """
[trunk.main]
host = "sip.one.example"
caller_ids = ["+551140000000", "+552140000000"]
weight = 3
carrier = "operadora"

[trunk.backup]
host = "sip.two.example"
caller_ids = ["+551150000000"]
weight = 0
qualify_s = 30

[carrier.operadora]
max_calls = 90
calls_per_second = 8

[route.brasil]
trunks = ["main", "backup"]
"""


def settings(folder: Path, text: str) -> Settings:
    path = folder / "alo.toml"
    path.write_text(text)
    return load_settings(path)


def test_trunks_of_a_route_in_their_order_and_each_trunk_a_route_by_itself(tmp_path: Path) -> None:
    found = settings(tmp_path, TWO)
    assert found.routes == {"main": ("main",), "backup": ("backup",), "brasil": ("main", "backup")}
    assert found.carrier["operadora"].max_calls == 90
    assert found.trunk["main"].weight == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TWO.replace("route.brasil", "route.main"), "give [route.main] another name"),
        (TWO.replace('"backup"]', '"beckup"]'), "route.brasil names beckup: add [trunk.beckup], or take it out"),
        (TWO.replace('"backup"]', '"main"]'), "names a trunk twice"),
        (TWO.replace("weight = 3", "weight = 0"), "give one of them a weight of 1 or more"),
        (TWO.replace("carrier.operadora", "carrier.outra"), 'write carrier = "outra" into its trunks'),
        (TWO.replace("+551140000000", "1140000000"), "with a plus, the country and the area code"),
        (TWO.replace("+552140000000", "+551140000000"), "name each number once"),
        (TWO.replace("weight = 3", 'srtp = "required"'), 'set transport = "tls" too'),
        (TWO.replace("weight = 3", "codecs = []"), "name alaw, ulaw, or both"),
        (TWO + '[asterisk]\ntls_key = "/k.pem"', "give tls_certificate and tls_key together"),
        (TWO.replace("weight = 3", "weight = -1"), "trunk.main.weight"),
        (TWO.replace("max_calls = 90", "max_calls = 0"), "carrier.operadora.max_calls"),
    ],
)
def test_what_does_not_fit_says_what_to_do(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        settings(tmp_path, text)
    assert said in str(error.value)
