-- The queue named $2 with everything that a request is judged by. A queue has one line.
select q.id, q.pbx_id, q.name, q.number, q.priority, q.callback, l.id as line_id,
       h.time_zone, h.weekly, h.holidays, s.time_zone as tenant_zone,
       exists (select from stop x where x.tenant_id = q.tenant_id and x.what = 'requests' and x.resumed_at is null
                and (x.queue_id = q.id or x.pbx_id = q.pbx_id or coalesce(x.queue_id, x.pbx_id) is null))
       as requests_stopped
  from queue q
  join line l on l.tenant_id = q.tenant_id and l.queue_id = q.id
  left join hours h on h.tenant_id = q.tenant_id and h.id = q.hours_id
  left join tenant_settings s on s.tenant_id = q.tenant_id
 where q.tenant_id = $1 and q.name = $2
 limit 1;
