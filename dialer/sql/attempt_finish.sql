-- The outcome of attempts and, in the same breath, the life of their leads and numbers. Only the first outcome counts.
-- name: what the campaign's recycling calls the outcome (dialer/campaign/recycle.py); named_cause: the cause that gives
-- it that name; of a connected call it is its disposition, null while nobody has said it. after_s: its own delay;
-- rests_s: so long the debtor rests, also in this campaign unless its mode is one of guaranteed;
-- gained: what the number is credited with (dialer/campaign/numbers.py).
with known as (
    select * from jsonb_to_recordset(cast(%(rows)s as jsonb)) as k(
        id uuid, outcome text, hangup_cause int, ended_at timestamptz, disposition text, name text, named_cause int,
        after_s int, consumes boolean, kills_number boolean, rests_s int, gained real)
), ended as (
    update attempt set outcome = known.outcome, hangup_cause = known.hangup_cause, ended_at = known.ended_at
    from known
    where attempt.id = known.id and attempt.outcome is null
    returning attempt.lead_id, attempt.campaign_id, attempt.debtor_id, attempt.contact_point_id, known.*
), ruled as (
    select ended.*, campaign.attempts_per_lead, disposition.closes_lead, disposition.right_party,
        cast(ended.consumes as int) as consumed,
        coalesce(cast(campaign.recycling #>> array[part.kind, part.name, 'after_s'] as int),
            case when campaign.mode <> all(%(guaranteed)s) then ended.rests_s end,
            ended.after_s, disposition.recycle_after_s, campaign.recycle_after_s) as again_s,
        ended.name || case when before.n + 1 >= cast(campaign.recycling #>> array[part.kind, part.name, 'most'] as int)
            then '_used_up' end as had_enough,
        coalesce(cast(campaign.lead_order ->> 'per_attempt' as int), 0) as per_attempt,
        case when ended.kills_number then 'dead'
            when disposition.silences_number and disposition.code = 'third_party' then 'third_party'
            when disposition.silences_number then 'wrong_person' end as number_status
    from ended
    join campaign on campaign.id = ended.campaign_id
    left join disposition on disposition.code = ended.disposition
    cross join lateral (select
        case when ended.outcome = 'connected' then 'dispositions' else 'outcomes' end as kind,
        coalesce(ended.disposition, ended.name) as name) as part
    -- What this statement has changed is not seen here: the earlier attempts alone.
    cross join lateral (select count(*) as n from attempt
        left join call on call.id = attempt.id
        where attempt.lead_id = ended.lead_id and attempt.outcome = ended.outcome and case
            when ended.outcome = 'connected' then call.disposition = ended.disposition
            when ended.named_cause is not null then attempt.hangup_cause = ended.named_cause
            else coalesce(attempt.hangup_cause <> all(%(named_causes)s), true) end) as before
), recycled as (
    update lead set
        attempts = lead.attempts + ruled.consumed,
        priority = greatest(0, lead.priority - ruled.per_attempt * ruled.consumed),
        status = case when ruled.closes_lead or ruled.had_enough is not null
            or lead.attempts + ruled.consumed >= ruled.attempts_per_lead then 'closed' else 'open' end,
        closed_reason = case when ruled.closes_lead then ruled.disposition
            when ruled.had_enough is not null then ruled.had_enough
            when lead.attempts + ruled.consumed >= ruled.attempts_per_lead then 'attempts_used_up' end,
        next_at = ruled.ended_at + make_interval(secs => ruled.again_s),
        callback_at = case when ruled.consumes then null else lead.callback_at end,
        callback_agent_id = case when ruled.consumes then null else lead.callback_agent_id end,
        callback_point_id = case when ruled.consumes then null else lead.callback_point_id end,
        reserved_until = null
    from ruled
    where lead.id = ruled.lead_id and lead.status = 'dialling'
), rested as (
    -- Who heard nobody is left alone in every campaign.
    update debtor set rests_until = greatest(debtor.rests_until, ruled.ended_at + make_interval(secs => ruled.rests_s))
    from ruled
    where debtor.id = ruled.debtor_id and ruled.rests_s is not null
), numbered as (
    update contact_point set
        tries = contact_point.tries * faded.share + ruled.consumed,
        successes = contact_point.successes * faded.share + case when ruled.right_party then 1 else ruled.gained end,
        scored_at = greatest(contact_point.scored_at, ruled.ended_at),
        status = case when contact_point.status = 'active' then coalesce(ruled.number_status, 'active')
            else contact_point.status end
    from ruled
    join contact_point as old on old.id = ruled.contact_point_id
    cross join lateral (select power(cast(0.5 as double precision), least(60, greatest(0, coalesce(
        extract(epoch from ruled.ended_at - old.scored_at), 0) / 5184000))) as share) as faded
    where contact_point.id = ruled.contact_point_id and (ruled.consumes or ruled.number_status is not null)
)
select id from ended
