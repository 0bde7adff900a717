select q.id, q.name, q.number, p.name as pbx, h.name as hours, q.priority, q.callback
  from queue q
  join pbx p on p.tenant_id = q.tenant_id and p.id = q.pbx_id
  left join hours h on h.tenant_id = q.tenant_id and h.id = q.hours_id
 where q.tenant_id = $1
 order by q.name collate "C"
