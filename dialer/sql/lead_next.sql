-- The next leads of one list of a campaign; lead_reserve.sql follows it.
-- ix_lead_queue gives the due leads in order (PostgreSQL 18 steps from one priority's resting leads to the next).
with fresh as (
    select id, priority, next_at, attempts, debtor_id, callback_point_id from lead
    where campaign_id = %(campaign_id)s and list = %(list)s and status = 'open' and callback_at is null
        and next_at <= %(now)s
    order by priority desc, next_at, id
    limit %(n)s
    for update skip locked
), expired as (
    select id, priority, next_at, attempts, debtor_id, callback_point_id from lead
    where campaign_id = %(campaign_id)s and list = %(list)s and status = 'reserved' and reserved_until < %(now)s
        and callback_at is null
    order by priority desc, next_at, id
    limit %(n)s
    for update skip locked
), chosen as (
    select * from fresh union all select * from expired
    order by priority desc, next_at, id
    limit %(n)s
)
