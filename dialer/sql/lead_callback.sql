-- One lead whose callback is due; lead_reserve.sql follows it.
with chosen as (
    select id, priority, next_at, attempts, debtor_id, callback_point_id from lead
    where id = %(lead_id)s and campaign_id = %(campaign_id)s and callback_at is not null
        and (status = 'open' and next_at <= %(now)s or status = 'reserved' and reserved_until < %(now)s)
    for update skip locked
)
