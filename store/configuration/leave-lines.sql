-- $2: agents whose queues are written anew. $3: the queues they serve from now on.
delete from agent_line al
 where al.tenant_id = $1
   and al.agent_id = any ($2::uuid[])
   and not exists (
     select from jsonb_to_recordset($3::jsonb) as g ("agentId" uuid, "queueId" uuid)
       join line l on l.tenant_id = $1 and l.queue_id = g."queueId"
      where g."agentId" = al.agent_id and l.id = al.line_id)
