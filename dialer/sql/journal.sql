-- Facts of many calls in one statement.
insert into call_fact (call_id, happened_at, kind, payload)
select (row ->> 'call_id')::uuid, (row ->> 'at')::timestamptz, row ->> 'kind', row -> 'payload'
from jsonb_array_elements(%(rows)s::jsonb) as row
