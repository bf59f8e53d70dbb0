update lead set
    status = case when cast(%(reason)s as text) is null then 'open' else 'closed' end,
    closed_reason = %(reason)s,
    next_at = coalesce(cast(%(next_at)s as timestamptz), next_at),
    reserved_until = null
where id = %(lead_id)s and status = 'reserved' and reserved_until = %(reserved_until)s
returning id
