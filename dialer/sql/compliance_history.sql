-- What compliance must know of reserved leads: every active number of each debtor, with what was done before.
-- After the reservation and for its few leads only: it looks at other debtors of the same person and the same numbers.
-- A call our own trunk refused (congestion) rang nobody's telephone and is not an attempt.
with person as (
    select asked.lead_id, asked.contact_point_id, debtor.id as debtor_id, debtor.document, debtor.creditor_id
    from jsonb_to_recordset(cast(%(rows)s as jsonb)) as asked(lead_id bigint, debtor_id bigint, contact_point_id bigint)
    join debtor on debtor.id = asked.debtor_id
), known as materialized (
    select person.*,
        array(select attempt.placed_at from attempt
            where attempt.debtor_id = person.debtor_id and attempt.placed_at >= %(counted_since)s
                and attempt.outcome is distinct from 'congestion') as debt_attempts,
        array(select attempt.placed_at from debtor as same
            join attempt on attempt.debtor_id = same.id
            where same.document = person.document and attempt.placed_at >= %(counted_since)s
                and attempt.outcome is distinct from 'congestion') as debtor_attempts,
        (select max(call.joined_at) from attempt
            join call on call.id = attempt.id
            join disposition on disposition.code = call.disposition and disposition.right_party
            where attempt.debtor_id = person.debtor_id and attempt.placed_at >= %(remembered_since)s) as conversation_at
    from person
)
select known.lead_id, phone.id as contact_point_id, phone.value as number, phone.phone_type,
    phone.id = known.contact_point_id as reserved, phone.tries, phone.successes, phone.scored_at, phone.position,
    known.debt_attempts, known.debtor_attempts, known.conversation_at,
    told.number_attempts, told.abandoned_at, silenced.status as silenced,
    banned.kind as ban_kind, banned.source as ban_source, banned.expires_at as ban_until,
    (select max(coalesce(consent.expires_at, timestamptz '9999-01-01 00:00:00+00')) from consent
        where consent.document = known.document and consent.withdrawn_at is null and consent.given_at <= %(now)s
            and (consent.number is null or consent.number = phone.value)
            and (consent.creditor_id is null or consent.creditor_id = known.creditor_id)) as consent_until
from known
join contact_point as phone
    on phone.debtor_id = known.debtor_id and phone.kind = 'phone' and phone.status = 'active'
cross join lateral (
    select coalesce(array_agg(attempt.placed_at), '{}') as number_attempts,
        max(attempt.ended_at) filter (where attempt.outcome = 'abandoned') as abandoned_at
    from contact_point as same
    join attempt on attempt.contact_point_id = same.id
    where same.value = phone.value and attempt.placed_at >= %(counted_since)s
        and attempt.outcome is distinct from 'congestion'
) as told
left join lateral (
    select same.status from contact_point as same
    join debtor on debtor.id = same.debtor_id
    where same.value = phone.value and debtor.document = known.document
        and same.status in ('wrong_person', 'third_party', 'blocked')
    limit 1
) as silenced on true
left join lateral (
    select entry.kind, entry.source, entry.expires_at from (
        select * from do_not_call where number = phone.value and (document is null or document = known.document)
        union all
        select * from do_not_call where number is null and document = known.document
    ) as entry
    where (entry.creditor_id is null or entry.creditor_id = known.creditor_id)
        and (entry.expires_at is null or entry.expires_at > %(now)s)
    order by entry.expires_at desc nulls first
    limit 1
) as banned on true
