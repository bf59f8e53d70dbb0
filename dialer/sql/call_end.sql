-- The end of an answered call; written once, repeated without effect.
insert into call (id, answered_at, agent_id, joined_at, ended_at, answer_to_joined_s, bridged_s, ended_by)
values (%(id)s, %(answered_at)s, (select id from agent where login = %(agent)s), %(joined_at)s, %(ended_at)s,
        %(answer_to_joined_s)s, %(bridged_s)s, %(ended_by)s)
on conflict (id) do nothing
