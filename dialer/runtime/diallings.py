"""The dialling of every campaign that runs: begun, ended and changed as the campaigns are."""

import logging
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from base.clock import Clock
from crm.model import CampaignStatus
from dialer.call.model import CallId
from dialer.campaign.model import Campaign
from dialer.campaign.policy import check_caller_id, policy_for
from dialer.compliance import Policy
from dialer.compliance.calendar import Holiday
from dialer.model import DialerSettings
from dialer.runtime.carriers import Carriers
from dialer.runtime.desks import Desks
from dialer.runtime.dialling import Dialling
from dialer.runtime.due import Due
from dialer.runtime.floor import Desk, Floor
from dialer.runtime.learned import NOTHING, Learned
from dialer.runtime.lines import Lines
from dialer.runtime.neighbours import Neighbours
from dialer.runtime.ways_out import WaysOut

log = logging.getLogger(__name__)


class Diallings(Mapping[int, Dialling]):
    """By campaign."""

    def __init__(
        self,
        *,
        settings: DialerSettings,
        engine: AsyncEngine,
        clock: Clock,
        carriers: Carriers,
        ways: WaysOut,
        floor: Floor,
        lines: Lines,
        desks: Desks,
        neighbours: Neighbours,
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._clock = clock
        self._carriers = carriers
        self._ways = ways
        self._floor = floor
        self._lines = lines
        self._desks = desks
        self._neighbours = neighbours
        self._may_dial = False
        self._running: dict[int, Dialling] = {}
        ways.barred = lambda campaign: self[campaign.id].barred() if self.dials(campaign) else ()
        ways.may_go_on = self.dials
        floor.serve = self._serve_callback

    def __getitem__(self, campaign_id: int) -> Dialling:
        return self._running[campaign_id]

    def __iter__(self) -> Iterator[int]:
        return iter(tuple(self._running))

    def __len__(self) -> int:
        return len(self._running)

    def let(self, may_dial: bool) -> None:
        """Whether anything may be dialled at all."""
        self._may_dial = may_dial
        for dialling in self.values():
            dialling.paused = not may_dial
            dialling.kick()

    def dials(self, campaign: Campaign) -> bool:
        """Whether the campaign may dial now."""
        dialling = self.get(campaign.id)
        return dialling is not None and not dialling.paused

    def kick(self, campaign_id: int) -> None:
        """Something changed for this campaign: look again now."""
        if campaign_id in self:
            self[campaign_id].kick()

    async def hush(self, campaigns: Mapping[int, Campaign]) -> None:
        """Dial no more for who was stopped: now, and not when softphones have been configured and all has been read."""
        for campaign_id, dialling in list(self.items()):
            campaign = campaigns.get(campaign_id)
            if campaign is None or campaign.status is not CampaignStatus.RUNNING:
                await dialling.stop()

    async def follow(
        self, campaigns: Mapping[int, Campaign], holidays: Sequence[Holiday], learned: Mapping[int, Learned]
    ) -> None:
        """Begin what runs now, end what does not, and begin anew what has changed."""
        running = {i: c for i, c in campaigns.items() if c.status is CampaignStatus.RUNNING}
        for campaign_id in [i for i, d in self.items() if d.stopped or running.get(i) != d.campaign]:
            dialling = self._running.pop(campaign_id)
            await dialling.stop()
            await self._neighbours.keep(dialling.desk)
        for campaign_id, campaign in running.items():
            try:
                policy = policy_for(campaign, holidays, self._clock.now().date())
                if campaign_id in self:
                    self[campaign_id].policy = policy
                else:
                    self._open(campaign, policy, learned.get(campaign_id, NOTHING))
            except ValueError as error:
                why = {"campaign": campaign_id, "why": str(error)}
                log.error("a campaign's settings make no sense, it is not dialled", extra=why)  # noqa: TRY400

    async def keep(self) -> None:
        """Keep what the pacers have learned."""
        for dialling in list(self.values()):
            await self._neighbours.keep(dialling.desk)

    async def stop(self) -> None:
        """Dial no more."""
        for dialling in list(self.values()):
            await dialling.stop()
        for dialling in self.values():
            # Not waited for: the writer gives up by itself on a database that stays away.
            self._neighbours.keep(dialling.desk)

    def _open(self, campaign: Campaign, policy: Policy, learned: Learned) -> None:
        route = self._settings.routes.get(campaign.trunk)
        if route is None:
            log.error("a campaign's trunk is not in the settings, it is not dialled", extra={"campaign": campaign.id})
            return
        check_caller_id(campaign, {number for name in route for number in self._settings.trunks[name].caller_ids})
        dialling = Dialling(
            campaign=campaign,
            policy=policy,
            carriers=self._carriers,
            desk=self._desks.open(campaign, learned),
            floor=self._floor,
            lines=self._lines,
            engine=self._engine,
            ways=self._ways,
            clock=self._clock,
            node=self._settings.node,
        )
        dialling.paused = not self._may_dial
        self._running[campaign.id] = dialling
        dialling.start()

    def _serve_callback(self, desk: Desk, due: Due, call_id: CallId) -> None:
        if desk.campaign_id in self:
            self[desk.campaign_id].serve(due, call_id)
        else:
            self._floor.let_go(call_id)
