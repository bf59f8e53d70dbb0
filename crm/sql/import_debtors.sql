-- The first name told stands; a state is learnt when it was not known; the last strategic weight told counts.
with told as (
    select distinct on (document) document, name, first_value(state) over (
        partition by document order by state is null, line) as state, first_value(strategic) over (
        partition by document order by strategic is null, line desc) as strategic
    from incoming
    order by document, line
), learnt as (
    update debtor set state = told.state
    from told
    where debtor.creditor_id = %(creditor_id)s and debtor.document = told.document
        and debtor.state is null and told.state is not null
), weighed as (
    update debtor set strategic_weight = told.strategic
    from told
    where debtor.creditor_id = %(creditor_id)s and debtor.document = told.document
        and told.strategic <> debtor.strategic_weight
), made as (
    insert into debtor (creditor_id, document, name, state, strategic_weight)
    select %(creditor_id)s, document, name, state, coalesce(strategic, 0) from told
    on conflict (creditor_id, document) do nothing
    returning id
)
select count(*) from made
