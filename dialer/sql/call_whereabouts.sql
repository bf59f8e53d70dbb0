-- Whom a call reached, and when its campaign may call.
select point.value as number, debtor.state, campaign.hours
from attempt
join contact_point as point on point.id = attempt.contact_point_id
join debtor on debtor.id = attempt.debtor_id
join campaign on campaign.id = attempt.campaign_id
where attempt.id = %(id)s::uuid
