-- Whom a call reached, and for which campaign.
select point.value as number, debtor.state, attempt.campaign_id
from attempt
join contact_point as point on point.id = attempt.contact_point_id
join debtor on debtor.id = attempt.debtor_id
where attempt.id = %(id)s::uuid
