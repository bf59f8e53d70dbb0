insert into do_not_call (number, document, creditor_id, kind, source, expires_at)
select entry.number, entry.document, %(creditor_id)s, %(kind)s, %(source)s, entry.expires_at
from jsonb_to_recordset(cast(%(rows)s as jsonb)) as entry(number text, document text, expires_at timestamptz)
on conflict do nothing
