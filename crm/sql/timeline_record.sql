insert into timeline as told
    (debtor_id, happened_at, kind, channel, direction, actor, summary, payload, links, merge_key)
select debtor_id, happened_at, kind, channel, direction, actor, summary, payload, links, merge_key
from jsonb_to_recordset(cast(%(rows)s as jsonb)) as fact(
    debtor_id bigint, happened_at timestamptz, kind text, channel text, direction text, actor text, summary text,
    payload jsonb, links jsonb, merge_key text)
on conflict (merge_key) do update set
    happened_at = least(told.happened_at, excluded.happened_at),
    summary = coalesce(nullif(excluded.summary, ''), told.summary),
    payload = told.payload || excluded.payload,
    links = told.links || excluded.links
