"""Which jurisdictions a debtor is in: by area code and by state of residence, all of them at once. Pure."""

from functools import lru_cache

from crm.places import STATE_OF_DDD, ddd_of

BRAZIL = "BR"


@lru_cache(maxsize=4096)
def places_of(number: str, state: str | None, country: str) -> frozenset[str]:
    """The country, the states, and in Brazil the area code: `BR`, `BR-SP`, `BR-11`.

    Where neither area code nor state tells the state, `BR-unknown` stands for it. country: the pack's.
    """
    known = {f"{country}-{state.upper()}"} if state else set()
    ddd = ddd_of(number) if country == BRAZIL else None
    if ddd is not None:
        known |= {f"{country}-{STATE_OF_DDD[ddd]}", f"{country}-{ddd}"}
    return frozenset({country, *(known or {f"{country}-unknown"})})
