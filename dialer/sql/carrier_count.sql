insert into carrier_day (cnpj, carrier, day, calls, short)
values (%(cnpj)s, %(carrier)s, %(day)s, %(calls)s, %(short)s)
on conflict (cnpj, carrier, day) do update
    set calls = carrier_day.calls + excluded.calls, short = carrier_day.short + excluded.short
