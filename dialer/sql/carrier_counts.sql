-- Today's calls and short calls of each company and carrier, and its calls of this month.
select cnpj, carrier, coalesce(sum(calls) filter (where day = %(day)s), 0) as calls,
    coalesce(sum(short) filter (where day = %(day)s), 0) as short, sum(calls) as month
from carrier_day
where day between cast(date_trunc('month', cast(%(day)s as date)) as date) and %(day)s
group by cnpj, carrier
