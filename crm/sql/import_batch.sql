-- The same file again adds nothing, not even this row.
insert into import_batch (creditor_id, file_name, sha256, rows_read, rows_new, rows_known, rows_rejected)
select %(creditor_id)s, %(file_name)s, %(sha256)s, %(rows_read)s, %(rows_new)s, %(rows_known)s, %(rows_rejected)s
where %(rows_new)s > 0 or not exists (
    select from import_batch where creditor_id = %(creditor_id)s and sha256 = %(sha256)s)
