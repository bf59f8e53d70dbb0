-- The next open leads of a campaign, by id.
with looked as (
    select id as lead_id, debtor_id as id from lead
    where campaign_id = %(campaign_id)s and id > %(after)s and status = 'open'
    order by id
    limit %(most)s
), named as (
    select id from looked
)
