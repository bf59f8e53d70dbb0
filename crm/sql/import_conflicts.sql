-- An instalment that belongs to somebody else is not taken away from them by a file.
delete from incoming
using debt, debtor
where debt.creditor_id = %(creditor_id)s and debt.contract = incoming.contract
    and debt.instalment = incoming.instalment and debtor.id = debt.debtor_id
    and debtor.document <> incoming.document
returning line
