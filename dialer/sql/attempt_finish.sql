-- The outcome of attempts and, in the same breath, the life of their leads and numbers. Only the first outcome counts.
with known as (
    select * from jsonb_to_recordset(cast(%(rows)s as jsonb)) as k(
        id uuid, outcome text, hangup_cause int, ended_at timestamptz, disposition text, delay_s int, consumes boolean,
        kills_number boolean, rests_s int)
), ended as (
    update attempt set outcome = known.outcome, hangup_cause = known.hangup_cause, ended_at = known.ended_at
    from known
    where attempt.id = known.id and attempt.outcome is null
    returning attempt.lead_id, attempt.campaign_id, attempt.contact_point_id, known.*
), ruled as (
    select ended.*, campaign.attempts_per_lead, disposition.closes_lead,
        coalesce(case when campaign.mode <> all(%(guaranteed)s) then ended.rests_s end,
            ended.delay_s, disposition.recycle_after_s, campaign.recycle_after_s) as after_s,
        case when ended.kills_number then 'dead'
            when disposition.silences_number and disposition.code = 'third_party' then 'third_party'
            when disposition.silences_number then 'wrong_person' end as number_status
    from ended
    join campaign on campaign.id = ended.campaign_id
    left join disposition on disposition.code = ended.disposition
), recycled as (
    update lead set
        attempts = lead.attempts + cast(ruled.consumes as int),
        status = case when ruled.closes_lead or lead.attempts + cast(ruled.consumes as int) >= ruled.attempts_per_lead
            then 'closed' else 'open' end,
        closed_reason = case when ruled.closes_lead then ruled.disposition
            when lead.attempts + cast(ruled.consumes as int) >= ruled.attempts_per_lead then 'attempts_used_up' end,
        next_at = ruled.ended_at + make_interval(secs => ruled.after_s),
        reserved_until = null
    from ruled
    where lead.id = ruled.lead_id and lead.status = 'dialling'
), rested as (
    update debtor set rests_until = ruled.ended_at + make_interval(secs => ruled.rests_s)
    from ruled
    join lead on lead.id = ruled.lead_id
    where debtor.id = lead.debtor_id and ruled.rests_s is not null
), numbered as (
    update contact_point set status = ruled.number_status
    from ruled
    where contact_point.id = ruled.contact_point_id and ruled.number_status is not null
        and contact_point.status = 'active'
)
select id from ended
