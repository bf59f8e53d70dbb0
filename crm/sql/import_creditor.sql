-- The update that changes nothing locks the row: two imports for one creditor go one after the other.
insert into creditor (name) values (%(creditor)s) on conflict (name) do update set name = excluded.name returning id
