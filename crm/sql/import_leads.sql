-- Priority, 0 to 100, from all the debtor's open debts:
--   up to 60 points for the amount: 12 for each tenfold (R$ 10: 12, R$ 1.000: 36, R$ 100.000: 60);
--   up to 40 for the age of the oldest: 1 to 30 days late 40, to 60 days 30, to 90 days 20, to 180 days 10, else none,
--   because young debts are paid more often than old ones.
-- Few distinct values, because the queue steps from one to the next.
with told as (
    select debtor.id as debtor_id,
        least(60, floor(12 * log(greatest(1, sum(debt.amount_cents) / 100.0))))
        + case
            when current_date - min(debt.due_on) between 1 and 30 then 40
            when current_date - min(debt.due_on) between 31 and 60 then 30
            when current_date - min(debt.due_on) between 61 and 90 then 20
            when current_date - min(debt.due_on) between 91 and 180 then 10
            else 0
        end as priority
    from (select distinct document from incoming) as named
    join debtor on debtor.creditor_id = %(creditor_id)s and debtor.document = named.document
    join debt on debt.debtor_id = debtor.id and debt.status = 'open'
    group by debtor.id
), changed as (
    update lead set priority = told.priority
    from told
    where lead.campaign_id = %(campaign_id)s and lead.debtor_id = told.debtor_id
        and lead.status = 'open' and lead.priority <> told.priority
), made as (
    insert into lead (campaign_id, debtor_id, priority)
    select %(campaign_id)s, debtor_id, priority from told
    on conflict (campaign_id, debtor_id) do nothing
    returning id
)
select count(*) from made
