-- The number of a list, which is made when new; beside the first list the leads without one become a list of their own.
with known as (
    select number from lead_list where campaign_id = %(campaign_id)s and name = %(name)s
), unnamed as (
    insert into lead_list (campaign_id, number, name)
    select %(campaign_id)s, 0, %(unnamed)s
    where not exists (select from lead_list where campaign_id = %(campaign_id)s)
        and exists (select from lead where campaign_id = %(campaign_id)s and list = 0)
    on conflict do nothing
), made as (
    insert into lead_list (campaign_id, number, name)
    select %(campaign_id)s, 1 + coalesce((select max(number) from lead_list where campaign_id = %(campaign_id)s), 0),
        %(name)s
    where not exists (select from known)
    on conflict do nothing
    returning number
)
select number from known union all select number from made
