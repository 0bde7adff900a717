insert into agent_line (tenant_id, agent_id, line_id)
select $1::uuid, g."agentId", l.id
  from jsonb_to_recordset($2::jsonb) as g ("agentId" uuid, "queueId" uuid)
  join line l on l.tenant_id = $1 and l.queue_id = g."queueId"
    on conflict do nothing
