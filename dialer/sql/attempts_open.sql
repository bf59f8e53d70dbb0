-- The node's attempts without an outcome, each with what was journalled of it, oldest first.
select a.id::text as id, a.campaign_id, a.placed_at, coalesce(a.trunk, c.trunk) as trunk,
       coalesce(a.caller_id, c.caller_id) as caller_id, l.id as lead_id, d.id as debtor_id, d.name as debtor_name, d.state,
       p.id as contact_point_id, p.value as number, p.phone_type, l.attempts,
       coalesce((
           select jsonb_agg(jsonb_build_array(f.kind, f.happened_at, f.payload) order by f.id)
           from call_fact f
           where f.call_id = a.id
       ), '[]'::jsonb) as facts
from attempt a
join campaign c on c.id = a.campaign_id
join lead l on l.id = a.lead_id
join debtor d on d.id = a.debtor_id
join contact_point p on p.id = a.contact_point_id
where a.node = %(node)s and a.outcome is null
order by a.placed_at
