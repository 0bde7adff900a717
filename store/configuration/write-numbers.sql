insert into inbound_number (tenant_id, number, queue_id, callback_enabled, priority)
select $1::uuid, number, "queueId", "callbackEnabled", priority
  from jsonb_to_recordset($2::jsonb) as g (number text, "queueId" uuid, "callbackEnabled" boolean, priority integer)
    on conflict (tenant_id, number) do update
       set queue_id = excluded.queue_id, callback_enabled = excluded.callback_enabled, priority = excluded.priority
