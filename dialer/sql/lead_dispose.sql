-- What the agent said about a connected call, when it is known after the call's end. Saying it twice changes nothing.
with ruled as (
    select attempt.lead_id, attempt.debtor_id, attempt.contact_point_id, disposition.*,
        coalesce(cast(%(next_at)s as timestamptz),
            attempt.ended_at + make_interval(secs => disposition.recycle_after_s)) as next_at
    from attempt
    join disposition on disposition.code = %(code)s
    where attempt.id = %(attempt_id)s and attempt.outcome = 'connected'
), numbered as (
    update contact_point set status = case ruled.code when 'third_party' then 'third_party' else 'wrong_person' end
    from ruled
    where contact_point.id = ruled.contact_point_id and ruled.silences_number and contact_point.status = 'active'
), opted_out as (
    insert into do_not_call (document, creditor_id, kind, source)
    select debtor.document, debtor.creditor_id, 'opt_out', 'said on the telephone'
    from ruled
    join debtor on debtor.id = ruled.debtor_id
    where ruled.code = 'opt_out'
    on conflict do nothing
), recycled as (
    update lead set
        status = case when ruled.closes_lead then 'closed' else 'open' end,
        closed_reason = case when ruled.closes_lead then ruled.code end,
        next_at = ruled.next_at,
        reserved_until = null
    from ruled
    where lead.id = ruled.lead_id and lead.status in ('open', 'reserved')
        -- A later attempt knows better when to call again, but a promise made still closes the lead.
        and (ruled.closes_lead or not exists (
            select from attempt as later join attempt as this on this.id = %(attempt_id)s
            where later.lead_id = lead.id and later.placed_at > this.placed_at))
)
select lead_id from ruled
