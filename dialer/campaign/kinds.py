"""The class of a call, by which the pacing engine tells calls that are answered often from those that are not. Pure.

It is named when the call is placed, of a lead that was reserved because the count was decided: the count never depends
on the leads.
"""

from datetime import datetime

from crm.model import PhoneType
from dialer.campaign.leads import ReservedLead
from dialer.compliance.zones import zone_info, zones_of

MOST_ATTEMPTS = 4
PHONES = {PhoneType.MOBILE: "mobile", PhoneType.LANDLINE: "fixed", None: "unknown"}


def kind_of(lead: ReservedLead, placed_at: datetime) -> str:
    """Hour of the debtor's day, attempt (1, 2, 3, 4+) and type of telephone: `14/2/mobile`.

    Where area code and state tell different clocks, the area code's counts.
    """
    zone = zones_of(lead.number, lead.state)[0]
    attempt = lead.attempts + 1
    shown = str(attempt) if attempt < MOST_ATTEMPTS else f"{MOST_ATTEMPTS}+"
    return f"{placed_at.astimezone(zone_info(zone)).hour}/{shown}/{PHONES[lead.phone_type]}"
