-- phones: E.164, each marked m (mobile) or l (landline), in the order of the file's columns.
create temporary table incoming (
    line int not null,
    document text not null,
    name text not null,
    state text,
    contract text not null,
    instalment int not null,
    amount_cents bigint not null,
    due_on date not null,
    phones text[] not null,
    email text,
    strategic smallint
) on commit drop
