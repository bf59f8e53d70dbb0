-- After a `named` with the debtors' ids: what each is worth to the campaign, from all their open debts (crm/ordering.py).
, told as (
    select owing.debtor_id,
        floor(%(amount)s * least(1.0, log(greatest(1.0, owing.cents / 100.0)) / 5))
        + floor(%(age)s * (cast(%(shares)s as numeric[]))[
            1 + width_bucket(current_date - owing.oldest, cast(%(days_late)s as integer[]))])
        + %(strategic)s * owing.strategic_weight / 100
        + %(random)s * mod(owing.debtor_id * 7919, 997) / 997 as worth
    from (
        select debtor.id as debtor_id, debtor.strategic_weight, sum(debt.amount_cents) as cents,
            min(debt.due_on) as oldest
        from named
        join debtor on debtor.id = named.id
        join debt on debt.debtor_id = debtor.id and debt.status = 'open'
        group by debtor.id
    ) as owing
)
