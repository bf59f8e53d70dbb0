-- What came of a day's calls, by trunk and by caller id; causes as an object from Q.850 cause to calls.
select trunk, caller_id, sum(calls)::bigint as calls, sum(answered)::bigint as answered, sum(talked_s) as talked_s,
    max(last_at) as last_at, jsonb_object_agg(cause, calls) as causes
from trunk_day
where day = %(day)s
group by trunk, caller_id
order by trunk, caller_id
