-- One more call of a trunk came to its end.
insert into trunk_day (day, trunk, caller_id, cause, calls, answered, talked_s, last_at)
values (%(day)s, %(trunk)s, %(caller_id)s, %(cause)s, 1, %(answered)s, %(talked_s)s, %(at)s)
on conflict (day, trunk, caller_id, cause) do update
set calls = trunk_day.calls + 1, answered = trunk_day.answered + excluded.answered,
    talked_s = trunk_day.talked_s + excluded.talked_s, last_at = greatest(trunk_day.last_at, excluded.last_at)
