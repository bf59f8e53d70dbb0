-- The first name told stands; a state is learnt when it was not known.
with told as (
    select distinct on (document) document, name, first_value(state) over (
        partition by document order by state is null, line) as state
    from incoming
    order by document, line
), learnt as (
    update debtor set state = told.state
    from told
    where debtor.creditor_id = %(creditor_id)s and debtor.document = told.document
        and debtor.state is null and told.state is not null
), made as (
    insert into debtor (creditor_id, document, name, state)
    select %(creditor_id)s, document, name, state from told
    on conflict (creditor_id, document) do nothing
    returning id
)
select count(*) from made
