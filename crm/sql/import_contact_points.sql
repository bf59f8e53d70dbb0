-- Instalments of one debtor mostly repeat the same numbers: these are put together before anything is sorted.
with said as (
    select document, phones, email, min(line) as line from incoming group by document, phones, email
), told as (
    select document, 'phone' as kind, substr(marked, 2) as value,
        case left(marked, 1) when 'm' then 'mobile' else 'landline' end as phone_type, position - 1 as position, line
    from said
    cross join unnest(phones) with ordinality as phone(marked, position)
    union all
    select document, 'email', email, null, 0, line from said where email is not null
), made as (
    insert into contact_point (debtor_id, kind, value, phone_type, position)
    select distinct on (debtor.id, told.kind, told.value)
        debtor.id, told.kind, told.value, told.phone_type, told.position
    from told
    join debtor on debtor.creditor_id = %(creditor_id)s and debtor.document = told.document
    order by debtor.id, told.kind, told.value, told.line
    on conflict (debtor_id, kind, value) do nothing
    returning id
)
select count(*) from made
