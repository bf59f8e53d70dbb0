-- After lead_open_after.sql and lead_worth.sql: the priorities that are others now. The last id looked at, and how many.
, reordered as (
    update lead set priority = greatest(0, told.worth - %(per_attempt)s * lead.attempts)
    from looked
    join told on told.debtor_id = looked.id
    where lead.id = looked.lead_id and lead.status = 'open'
        and lead.priority <> greatest(0, told.worth - %(per_attempt)s * lead.attempts)
    returning 1
)
select (select max(lead_id) from looked) as last, (select count(*) from reordered) as changed
