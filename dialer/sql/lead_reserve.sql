-- The hot statement: the next leads of a campaign, each with the number to dial and what compliance must know.
-- ix_lead_queue gives the due leads in order (PostgreSQL 18 steps from one priority's resting leads to the next).
-- begun: a JSON object from state or area code to when today began there, "" where neither is known.
-- guaranteed: the modes that may dial a debtor who rests, for whom no agent came last time.
-- Attempts of today are counted by number, over all debtors that share it, and not when our trunk was congested.
with fresh as (
    select id, priority, next_at, attempts, debtor_id from lead
    where campaign_id = %(campaign_id)s and status = 'open' and next_at <= %(now)s
        and (not exists (select from debtor where id = lead.debtor_id and rests_until > %(now)s)
            or (select mode from campaign where id = %(campaign_id)s) = any(%(guaranteed)s))
    order by priority desc, next_at, id
    limit %(n)s
    for update skip locked
), expired as (
    select id, priority, next_at, attempts, debtor_id from lead
    where campaign_id = %(campaign_id)s and status = 'reserved' and reserved_until < %(now)s
    order by priority desc, next_at, id
    limit %(n)s
    for update skip locked
), chosen as (
    select * from fresh union all select * from expired
    order by priority desc, next_at, id
    limit %(n)s
), told as materialized (
    select chosen.*, debtor.name as debtor_name, debtor.state,
        phone.id as contact_point_id, phone.value as number, phone.phone_type, phone.number_attempts_today,
        (select count(*) from attempt
            where attempt.debtor_id = debtor.id and attempt.placed_at >= phone.begun
                and attempt.outcome is distinct from 'congestion') as debtor_attempts_today,
        case
            when phone.id is null then 'no_active_phone'
            when chosen.attempts >= (select attempts_per_lead from campaign where id = %(campaign_id)s)
                then 'attempts_used_up'
        end as closed_reason
    from chosen
    join debtor on debtor.id = chosen.debtor_id
    left join lateral (
        select point.*, (
                select count(*) from contact_point as same
                join attempt on attempt.contact_point_id = same.id
                where same.value = point.value and attempt.placed_at >= point.begun
                    and attempt.outcome is distinct from 'congestion'
            ) as number_attempts_today
        from (
            select id, value, phone_type, position, coalesce(
                least(cast(day.begun ->> debtor.state as timestamptz),
                    cast(day.begun ->> substr(value, 4, 2) as timestamptz)),
                cast(day.begun ->> '' as timestamptz)) as begun
            from contact_point
            cross join (select cast(%(begun)s as jsonb) as begun) as day
            where debtor_id = debtor.id and kind = 'phone' and status = 'active'
            offset 0
        ) as point
        order by number_attempts_today, point.position, point.id
        limit 1
    ) as phone on true
)
update lead set
    status = case when told.closed_reason is null then 'reserved' else 'closed' end,
    reserved_until = case when told.closed_reason is null then cast(%(until)s as timestamptz) end,
    closed_reason = told.closed_reason
from told
where lead.id = told.id
returning told.id as lead_id, told.debtor_id, told.debtor_name, told.state, told.contact_point_id, told.number,
    told.phone_type, told.attempts, told.number_attempts_today, told.debtor_attempts_today, told.closed_reason,
    told.priority, told.next_at
