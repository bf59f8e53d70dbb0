-- The audit: a row for each dial that was allowed, and one for each lead, day and rule that refused.
insert into compliance_decision
    (decided_at, day, campaign_id, lead_id, contact_point_id, attempt_id, allowed, rule, pack, pack_row, source, reason,
    until)
select %(now)s, cast(timezone('UTC', %(now)s) as date), %(campaign_id)s, said.lead_id, said.contact_point_id,
    said.attempt_id, said.attempt_id is not null, said.rule, %(pack)s, said.pack_row, said.source, said.reason, said.until
from jsonb_to_recordset(cast(%(rows)s as jsonb)) as said(
    lead_id bigint, contact_point_id bigint, attempt_id uuid, rule text, pack_row text, source text, reason text,
    until timestamptz)
on conflict do nothing
