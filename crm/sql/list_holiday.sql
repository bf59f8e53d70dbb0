insert into local_holiday (day, place, name, source)
select told.day, told.place, told.name, told.source
from jsonb_to_recordset(cast(%(rows)s as jsonb)) as told(day date, place text, name text, source text)
on conflict do nothing
