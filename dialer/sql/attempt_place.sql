-- Intent before act. Only who still holds the lease may place: a lead reserved again by another is left alone.
with wanted as (
    select * from jsonb_to_recordset(cast(%(rows)s as jsonb)) as w(
        id uuid, lead_id bigint, reserved_until timestamptz, contact_point_id bigint, node text, rule text,
        placed_at timestamptz, trunk text, caller_id text)
), taken as (
    update lead set status = 'dialling', reserved_until = null
    from wanted
    where lead.id = wanted.lead_id and lead.status = 'reserved' and lead.reserved_until = wanted.reserved_until
    returning wanted.id, lead.campaign_id, lead.debtor_id
)
insert into attempt (id, campaign_id, lead_id, debtor_id, contact_point_id, node, rule, placed_at, trunk, caller_id)
select wanted.id, taken.campaign_id, wanted.lead_id, taken.debtor_id, wanted.contact_point_id, wanted.node, wanted.rule,
    wanted.placed_at, wanted.trunk, wanted.caller_id
from wanted
join taken using (id)
returning id
