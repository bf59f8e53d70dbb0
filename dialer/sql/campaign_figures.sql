-- One campaign's figures as one JSON object: totals of the local day, leads by state, transcripts.
-- Of the calls taken for machines the share that were people, by the campaign's promise, counts as abandoned.
with dial as (
    select a.outcome, c.answered_at, c.joined_at, c.answer_to_joined_s, r.status as recording, t.status as transcript
    from attempt a
    left join call c on c.id = a.id
    left join recording r on r.call_id = a.id
    left join transcript t on t.call_id = a.id
    where a.campaign_id = %(campaign_id)s and a.placed_at >= %(since)s
), expected as (
    select coalesce((pacing -> 'target' ->> 'false_machine_share')::float, 0)
        * (select count(*) from dial where outcome = 'machine') as false_machines
    from campaign
    where id = %(campaign_id)s
)
select jsonb_build_object(
    'totals', (
        select jsonb_build_object(
            'dials', count(*),
            'answers', count(answered_at),
            'connected', count(*) filter (where outcome = 'connected'),
            'abandoned', count(*) filter (where outcome = 'abandoned'),
            'false_machines', max(false_machines),
            'abandonment', (count(*) filter (where outcome = 'abandoned') + max(false_machines))
                           / nullif(count(*) filter (where outcome in ('connected', 'abandoned')) + max(false_machines), 0),
            'mean_wait_s', avg(answer_to_joined_s),
            'by_outcome', (
                select coalesce(jsonb_object_agg(outcome, n), '{}'::jsonb)
                from (select outcome, count(*) as n from dial where outcome is not null group by outcome) as o
            )
        )
        from dial
        cross join expected
    ),
    'leads', (
        select coalesce(jsonb_object_agg(status, n), '{}'::jsonb)
        from (select status, count(*) as n from lead where campaign_id = %(campaign_id)s group by status) as l
    ),
    'transcripts', (
        select jsonb_build_object(
            'done', count(*) filter (where transcript = 'done'),
            'failed', count(*) filter (where transcript = 'failed'),
            'pending', count(*) filter (
                where answered_at is not null and transcript is null and recording is distinct from 'missing')
        )
        from dial
    )
) as figures
