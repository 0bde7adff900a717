select n.number, q.name as queue, n.callback_enabled as "callbackEnabled", n.priority
  from inbound_number n
  join queue q on q.tenant_id = n.tenant_id and q.id = n.queue_id
 where n.tenant_id = $1
 order by n.number collate "C"
