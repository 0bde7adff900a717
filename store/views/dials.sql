-- When customers were called, the latest 5,000 of what entered a line from $2 to $3 in queue $4 or in all, with what tells
-- whether that was a time for it: the hours of the queue, and whose day it may have been.
select t.dialed_at, t.number, c.stated_zone, q.callback, h.time_zone, h.weekly, h.holidays, s.time_zone as tenant_zone
  from attempt t
  join callback c on c.tenant_id = t.tenant_id and c.id = t.callback_id
  join interaction i on i.tenant_id = t.tenant_id and i.id = t.interaction_id
  join queue q on q.tenant_id = i.tenant_id and q.id = i.queue_id
  left join hours h on h.tenant_id = q.tenant_id and h.id = q.hours_id
  left join tenant_settings s on s.tenant_id = t.tenant_id
 where t.tenant_id = $1 and i.entered_at >= $2 and i.entered_at < $3 and ($4::uuid is null or i.queue_id = $4)
   and t.dialed_at is not null
 order by t.dialed_at desc
 limit 5000;
