"""The class of a call: the hour where the debtor lives, the attempt, and the type of telephone."""

from datetime import UTC, datetime

import pytest

from crm.model import CampaignId, ContactPointId, DebtorId, LeadId, PhoneType
from dialer.campaign.kinds import kind_of
from dialer.campaign.leads import ReservedLead

NOON_IN_SAO_PAULO = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "state", "attempts", "phone_type", "kind"),
    [
        ("+5511912345678", "SP", 0, PhoneType.MOBILE, "12/1/mobile"),
        ("+551132345678", None, 1, PhoneType.LANDLINE, "12/2/fixed"),
        ("+5592912345678", "AM", 3, None, "11/4+/unknown"),
        ("+5568912345678", "SP", 9, PhoneType.MOBILE, "10/4+/mobile"),
    ],
)
def test_alike_calls_have_the_same_class(number, state, attempts, phone_type, kind):
    lead = ReservedLead(
        lead_id=LeadId(1),
        campaign_id=CampaignId(1),
        debtor_id=DebtorId(1),
        debtor_name="Ana",
        state=state,
        contact_point_id=ContactPointId(1),
        number=number,
        phone_type=phone_type,
        attempts=attempts,
        number_attempts_today=0,
        debtor_attempts_today=0,
        reserved_until=NOON_IN_SAO_PAULO,
    )
    assert kind_of(lead, NOON_IN_SAO_PAULO) == kind
