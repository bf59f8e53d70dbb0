-- After lead_worth.sql: a lead for each of the file's debtors. One who has a lead already stays in its list.
, changed as (
    update lead set priority = greatest(0, told.worth - %(per_attempt)s * lead.attempts)
    from told
    where lead.campaign_id = %(campaign_id)s and lead.debtor_id = told.debtor_id
        and lead.status = 'open' and lead.priority <> greatest(0, told.worth - %(per_attempt)s * lead.attempts)
), made as (
    insert into lead (campaign_id, debtor_id, priority, list)
    select %(campaign_id)s, debtor_id, worth, %(list)s from told
    on conflict (campaign_id, debtor_id) do nothing
    returning id
)
select count(*) from made
