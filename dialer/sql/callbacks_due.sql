-- The callbacks of a campaign that are due by a time, first agreed first; agent: for whom, null for anyone.
-- next_at is later than callback_at where it could not be dialled then.
select lead.id as lead_id, lead.callback_at, lead.next_at, agent.login as agent
from lead
left join agent on agent.id = lead.callback_agent_id
where lead.campaign_id = %(campaign_id)s and lead.callback_at is not null and (
    lead.status = 'open' and lead.next_at <= %(by)s
    or lead.status = 'reserved' and lead.reserved_until < %(now)s)
order by lead.callback_at, lead.id
limit %(most)s
