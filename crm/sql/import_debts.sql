-- An open debt takes the newest amount and due date; what is paid, disputed or cancelled stays as it is.
with told as (
    select debtor.id as debtor_id, contract, instalment, amount_cents, due_on
    from incoming
    join debtor on debtor.creditor_id = %(creditor_id)s and debtor.document = incoming.document
), changed as (
    update debt set amount_cents = told.amount_cents, due_on = told.due_on
    from told
    where debt.creditor_id = %(creditor_id)s and debt.contract = told.contract
        and debt.instalment = told.instalment and debt.status = 'open'
        and (debt.amount_cents, debt.due_on) <> (told.amount_cents, told.due_on)
), made as (
    insert into debt (creditor_id, debtor_id, contract, instalment, amount_cents, due_on)
    select %(creditor_id)s, debtor_id, contract, instalment, amount_cents, due_on from told
    on conflict (creditor_id, contract, instalment) do nothing
    returning id
)
select count(*) from made
