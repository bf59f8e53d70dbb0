-- Replaces pictures, all in one statement, and tells who watches once it is committed.
with told as (
    insert into live (topic, snapshot, at)
    -- In the order of topics: two writers of the same pictures then wait for each other instead of deadlocking.
    select key, value, now() from jsonb_each(cast(%(pictures)s as jsonb)) order by key
    on conflict (topic) do update set snapshot = excluded.snapshot, at = excluded.at
    returning topic
)
select count(pg_notify(%(channel)s, topic)) from told
