"""What compliance costs after a reservation: the history of its leads is read and judged."""

import time
from datetime import UTC, datetime
from statistics import quantiles

import psycopg

from base.database import create_engine, plain_url
from crm.model import CampaignStatus, Mode, WeeklyHours
from dialer.campaign import gate
from dialer.campaign.leads import reserve
from dialer.campaign.model import Campaign
from dialer.campaign.policy import policy_for

BATCH = 50
TIMES = 500
WARMING = 20
CAMPAIGN = Campaign(
    id=1,
    name="bench",
    status=CampaignStatus.RUNNING,
    mode=Mode.PREDICTIVE,
    trunk="main",
    caller_id="+551130000000",
    hours=WeeklyHours.always(),
    attempts_per_number_per_day=3,
    attempts_per_debtor_per_day=6,
    attempts_per_lead=10,
    ring_timeout_s=25,
    wrapup_timeout_s=30,
    recycle_after_s=3600,
)


def fill_history(url: str) -> None:
    """An attempt on each of the last three days for one lead in five, and a do-not-call list as long as the file."""
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        connection.execute(
            "insert into attempt "
            "(id, campaign_id, lead_id, debtor_id, contact_point_id, node, rule, placed_at, outcome, ended_at) "
            "select gen_random_uuid(), 1, lead.id, lead.debtor_id, phone.id, 'bench', 'bench', "
            "now() - make_interval(days => n), 'noanswer', now() - make_interval(days => n) "
            "from lead join contact_point as phone on phone.debtor_id = lead.debtor_id and phone.kind = 'phone' "
            "and phone.position = 0 cross join generate_series(1, 3) as n where mod(lead.id, 5) = 0"
        )
        connection.execute(
            "insert into do_not_call (number, kind, source) select '+55119' || lpad(cast(id as text), 9, '0'), "
            "'imported', 'bench' from debtor"
        )
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")


async def measured_gate(url: str) -> dict[str, float]:
    """From the reserved leads to their answers: one lead, and as many as are ever dialled at once."""
    engine = create_engine(url)
    now = datetime.now(UTC)
    policy = policy_for(CAMPAIGN, (), now.date())
    figures: dict[str, float] = {}
    async with engine.connect() as connection:
        reserved = await reserve(connection, 1, BATCH, 600.0, now)
        for name, count in (("gate", 1), (f"gate_batch_{BATCH}", BATCH)):
            took = []
            for number in range(TIMES + WARMING):
                first = number % BATCH if count == 1 else 0
                began = time.perf_counter()
                passed, held = await gate.ask(connection, reserved[first : first + count], CAMPAIGN, policy, now)
                if number >= WARMING:
                    took.append((time.perf_counter() - began) * 1000)
                assert len(passed) + len(held) == count
            figures |= {f"{name}_p50_ms": quantiles(took, n=100)[49], f"{name}_p99_ms": quantiles(took, n=100)[98]}
    await engine.dispose()
    return figures
