"""The live picture of one node's trunks: what they carry, who rests, and whether the exchange keeps up."""

from datetime import datetime
from typing import Any

from dialer.trunk.health import Health
from dialer.trunk.reach import Reach
from dialer.trunk.trunks import Standing, Trunks


def trunks_topic(node: str) -> str:
    return f"trunks:{node}"


def exchange_picture(health: Health) -> dict[str, Any]:
    """How the exchange is doing, and calls per second it is given at most, None: any number."""
    return {"breath": health.breath.value, "limit_per_s": health.limit_per_s}


def trunks_snapshot(trunks: Trunks, health: Health, node: str, now: datetime) -> dict[str, Any]:
    """Every trunk of the node. rests_s: seconds until a congested one is tried again."""
    return {
        "node": node,
        "at": now.isoformat(),
        "exchange": exchange_picture(health),
        "trunks": {
            name: {
                "carrier": standing.carrier,
                "up": standing.capacity.up,
                "max_calls": standing.settings.max_calls,
                "calls_per_second": standing.settings.calls_per_second,
                "weight": standing.settings.weight,
                "state": state_of(standing),
                "rests_s": max(0.0, standing.congestion.until_s - now.timestamp()),
            }
            for name, standing in trunks.standing.items()
        },
    }


def ways_picture(trunks: Trunks, health: Health, route: str) -> dict[str, Any]:
    """What a campaign's picture says of its way out: the state of each of its trunks, and of the exchange."""
    return {
        "exchange": exchange_picture(health),
        "trunks": {name: state_of(trunks.standing[name]) for name in trunks.routes[route]},
    }


def state_of(standing: Standing) -> str:
    """One word: what keeps the trunk from being dialled on, the worst first; "free" where nothing does."""
    if standing.reach is Reach.UNREACHABLE:
        return "unreachable"
    if standing.congestion.refusals:
        return "congested"
    if standing.capacity.lines() < 1:
        return "full"
    return "unregistered" if standing.reach is Reach.UNREGISTERED else "free"
