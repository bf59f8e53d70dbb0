-- What the agent said about a connected call, when it is known after the call's end. Saying it twice changes nothing.
-- next_at: when to call again, as agreed; callback: it is a callback, dialled then and ahead of the queue.
with ruled as (
    select attempt.lead_id, attempt.debtor_id, attempt.contact_point_id, attempt.placed_at, disposition.*,
        cast(disposition.right_party as int) - cast(coalesce(before.right_party, false) as int) as found,
        coalesce(cast(%(next_at)s as timestamptz), attempt.ended_at + make_interval(secs => coalesce(
            cast(campaign.recycling #>> array['dispositions', disposition.code, 'after_s'] as int),
            disposition.recycle_after_s))) as next_at,
        case when %(callback)s then cast(%(next_at)s as timestamptz) end as callback_at,
        case
            when disposition.closes_lead then disposition.code
            when not %(callback)s and said.n + 1
                >= cast(campaign.recycling #>> array['dispositions', disposition.code, 'most'] as int)
                then disposition.code || '_used_up'
        end as closed_reason
    from attempt
    join disposition on disposition.code = %(code)s
    join campaign on campaign.id = attempt.campaign_id
    left join call on call.id = attempt.id
    left join disposition as before on before.code = call.disposition
    cross join lateral (select count(*) as n from attempt as other join call on call.id = other.id
        where other.lead_id = attempt.lead_id and other.id <> attempt.id and call.disposition = %(code)s) as said
    where attempt.id = %(attempt_id)s and attempt.outcome = 'connected'
), numbered as (
    update contact_point set
        successes = greatest(0, contact_point.successes + 0.7 * ruled.found),
        status = case when not ruled.silences_number or contact_point.status <> 'active' then contact_point.status
            when ruled.code = 'third_party' then 'third_party' else 'wrong_person' end
    from ruled
    where contact_point.id = ruled.contact_point_id and (ruled.silences_number or ruled.found <> 0)
), opted_out as (
    insert into do_not_call (document, creditor_id, kind, source)
    select debtor.document, debtor.creditor_id, 'opt_out', 'said on the telephone'
    from ruled
    join debtor on debtor.id = ruled.debtor_id
    where ruled.code = 'opt_out'
    on conflict do nothing
), recycled as (
    update lead set
        status = case when ruled.closed_reason is null then 'open' else 'closed' end,
        closed_reason = ruled.closed_reason,
        next_at = ruled.next_at,
        callback_at = ruled.callback_at,
        callback_agent_id = (select id from agent where login = %(callback_agent)s),
        callback_point_id = case when ruled.callback_at is not null then ruled.contact_point_id end,
        reserved_until = null
    from ruled
    where lead.id = ruled.lead_id
        -- What was agreed with the debtor is kept, also on the last attempt there was.
        and (lead.status in ('open', 'reserved')
            or ruled.callback_at is not null and lead.status = 'closed' and lead.closed_reason like '%%used_up')
        -- A later attempt knows better when to call again, but a promise made still closes the lead.
        and (ruled.closed_reason is not null or not exists (
            select from attempt as later where later.lead_id = lead.id and later.placed_at > ruled.placed_at))
)
select lead_id from ruled
