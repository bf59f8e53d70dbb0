-- The agent's word on a call; the last one stands.
update call c
set disposition = %(code)s, disposition_data = %(data)s::jsonb, wrapped_up_at = %(at)s
from attempt a
where c.id = %(id)s::uuid and a.id = c.id
returning a.debtor_id, a.placed_at
