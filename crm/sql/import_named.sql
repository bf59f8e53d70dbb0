with named as (
    select debtor.id from (select distinct document from incoming) as told
    join debtor on debtor.creditor_id = %(creditor_id)s and debtor.document = told.document
)
