insert into carrier_day (cnpj, carrier, day, calls, short)
values (%(cnpj)s, %(carrier)s, %(day)s, 1, %(short)s)
on conflict (cnpj, carrier, day) do update
    set calls = carrier_day.calls + 1, short = carrier_day.short + excluded.short
