-- The end of an answered call; written once, repeated without effect. Who talked is whom the debtor is given next time.
with talked as (
    select id from agent where login = %(agent)s
), kept as (
    update debtor set agent_id = talked.id
    from talked, attempt
    where attempt.id = %(id)s and debtor.id = attempt.debtor_id and debtor.agent_id is distinct from talked.id
)
insert into call (id, answered_at, agent_id, joined_at, ended_at, answer_to_joined_s, bridged_s, ended_by)
values (%(id)s, %(answered_at)s, (select id from talked), %(joined_at)s, %(ended_at)s,
        %(answer_to_joined_s)s, %(bridged_s)s, %(ended_by)s)
on conflict (id) do nothing
