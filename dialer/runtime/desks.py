"""A campaign's desk: opened when it runs, renewed when its settings change, and kept until its last call is settled.

A call that rings when its campaign is paused or changed is still somebody's telephone: it finds the same desk.
"""

import logging
from typing import Any

from base.clock import Clock
from dialer.campaign.model import Campaign
from dialer.campaign.pacing import parse_pacing
from dialer.runtime.floor import Desk, Floor
from dialer.runtime.introduction import UNSETTLED, introduce
from dialer.runtime.lines import Lines
from pacing import Pacer

log = logging.getLogger(__name__)


class Desks:
    """The desks of all campaigns on one floor."""

    def __init__(self, *, floor: Floor, lines: Lines, clock: Clock) -> None:
        self._floor = floor
        self._lines = lines
        self._clock = clock
        self._paced: dict[int, tuple[object, object]] = {}

    def open(self, campaign: Campaign, state: dict[str, Any] | None = None) -> Desk:
        """The campaign's desk, paced as the campaign says now. Raises ValueError, in words, for pacing it cannot be.

        state: what its pacer had learned, for a desk that is new.
        """
        paced = (campaign.mode, campaign.pacing)
        desk = self._floor.desks.get(campaign.id)
        if desk is None:
            pacer = _pacer(campaign)
            if state is not None:
                _restore(pacer, state, campaign)
            desk = Desk(campaign_id=campaign.id, pacer=pacer, wrapup_timeout_s=campaign.wrapup_timeout_s)
            self._floor.open_desk(desk)
        elif self._paced.get(campaign.id) != paced:
            desk.pacer = self._renewed(desk, campaign)
        desk.wrapup_timeout_s = campaign.wrapup_timeout_s
        self._paced[campaign.id] = paced
        return desk

    def close_unless(self, running: set[int]) -> None:
        """Close the desks of campaigns that do not run and have no call left that may need an agent."""
        unsettled = {line.desk.campaign_id for line in self._lines.up.values() if line.call.state in UNSETTLED}
        for campaign_id in self._floor.desks.keys() - running - unsettled:
            self._floor.close_desk(campaign_id)
            del self._paced[campaign_id]

    def _renewed(self, desk: Desk, campaign: Campaign) -> Pacer:
        pacer = _pacer(campaign)
        lines = [line for line in self._lines.up.values() if line.desk is desk]
        introduce(pacer, self._floor.agents_of(campaign.id), lines, self._clock.now(), self._floor.pacing_state)
        # Last: what the introduction counted was counted by the pacer before.
        _restore(pacer, desk.pacer.state(), campaign)
        return pacer


def _pacer(campaign: Campaign) -> Pacer:
    pacing = parse_pacing(campaign.pacing)
    return Pacer(mode=campaign.mode.value, target=pacing.target, seed=campaign.id, ratio=pacing.ratio)


def _restore(pacer: Pacer, state: dict[str, Any], campaign: Campaign) -> None:
    try:
        pacer.restore(state)
    except ValueError:
        log.warning("the pacing state kept is not usable, starting without", extra={"campaign": campaign.id})
