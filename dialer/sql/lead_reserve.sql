-- The hot statement, after lead_next.sql or lead_callback.sql: each lead chosen with the number to dial and what
-- compliance must know.
-- begun: a JSON object from state or area code to when today began there, "" where neither is known.
-- Attempts of today are counted by number, over all debtors that share it, and not when our trunk was congested.
-- Of the numbers: the one the debtor asked to be called at, then the least tried today, then the most successful
-- (dialer/campaign/numbers.py), then as the creditor gave them.
-- asked_for: the debtor asked for this call and an agent waits for it alone: neither the rest of who heard nobody nor
-- used-up attempts are against it. guaranteed: the modes to which that rest does not apply either.
, told as materialized (
    select chosen.*, debtor.name as debtor_name, debtor.state, sticky.login as last_agent,
        case when debtor.rests_until > %(now)s and not %(asked_for)s
            and (select mode from campaign where id = %(campaign_id)s) <> all(%(guaranteed)s)
            then debtor.rests_until end as rests_until,
        phone.id as contact_point_id, phone.value as number, phone.phone_type, phone.number_attempts_today,
        (select count(*) from attempt
            where attempt.debtor_id = debtor.id and attempt.placed_at >= phone.begun
                and attempt.outcome is distinct from 'congestion') as debtor_attempts_today,
        case
            when phone.id is null then 'no_active_phone'
            when not %(asked_for)s and chosen.attempts >= (select attempts_per_lead from campaign where id = %(campaign_id)s)
                then 'attempts_used_up'
        end as closed_reason
    from chosen
    join debtor on debtor.id = chosen.debtor_id
    left join agent as sticky on sticky.id = debtor.agent_id
    left join lateral (
        select point.*, (
                select count(*) from contact_point as same
                join attempt on attempt.contact_point_id = same.id
                where same.value = point.value and attempt.placed_at >= point.begun
                    and attempt.outcome is distinct from 'congestion'
            ) as number_attempts_today
        from (
            select id, value, phone_type, position, (successes * faded.share + 0.4) / (tries * faded.share + 4) as score,
                coalesce(
                least(cast(day.begun ->> debtor.state as timestamptz),
                    cast(day.begun ->> substr(value, 4, 2) as timestamptz)),
                cast(day.begun ->> '' as timestamptz)) as begun
            from contact_point
            cross join (select cast(%(begun)s as jsonb) as begun) as day
            cross join lateral (select power(cast(0.5 as double precision), least(60, greatest(0, coalesce(
                extract(epoch from cast(%(now)s as timestamptz) - scored_at), 0) / 5184000))) as share) as faded
            where debtor_id = debtor.id and kind = 'phone' and status = 'active'
            offset 0
        ) as point
        order by point.id = chosen.callback_point_id desc nulls last, number_attempts_today, point.score desc,
            point.position, point.id
        limit 1
    ) as phone on true
)
update lead set
    status = case when told.closed_reason is not null then 'closed' when told.rests_until is not null then 'open'
        else 'reserved' end,
    reserved_until = case when told.closed_reason is null and told.rests_until is null
        then cast(%(until)s as timestamptz) end,
    next_at = coalesce(told.rests_until, lead.next_at),
    closed_reason = told.closed_reason
from told
where lead.id = told.id
returning told.id as lead_id, told.debtor_id, told.debtor_name, told.state, told.contact_point_id, told.number,
    told.phone_type, told.attempts, told.number_attempts_today, told.debtor_attempts_today, told.closed_reason,
    told.rests_until, told.last_agent, told.priority, told.next_at
