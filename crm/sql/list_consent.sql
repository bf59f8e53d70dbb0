-- A row given twice in one file is one consent.
insert into consent (document, number, creditor_id, given_at, expires_at, withdrawn_at, source)
select distinct on (given.document, given.number, given.given_at)
    given.document, given.number, cast(%(creditor_id)s as bigint), given.given_at, given.expires_at, given.withdrawn_at,
    given.source
from jsonb_to_recordset(cast(%(rows)s as jsonb)) as given(
    document text, number text, given_at timestamptz, expires_at timestamptz, withdrawn_at timestamptz, source text)
order by given.document, given.number, given.given_at, given.withdrawn_at nulls last
on conflict (document, number, creditor_id, given_at) do update
    set expires_at = excluded.expires_at, withdrawn_at = coalesce(excluded.withdrawn_at, consent.withdrawn_at)
    where (consent.expires_at, consent.withdrawn_at) is distinct from
        (excluded.expires_at, coalesce(excluded.withdrawn_at, consent.withdrawn_at))
