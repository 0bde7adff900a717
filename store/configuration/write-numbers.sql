insert into inbound_number (tenant_id, number, queue_id)
select $1::uuid, number, "queueId" from jsonb_to_recordset($2::jsonb) as g (number text, "queueId" uuid)
    on conflict (tenant_id, number) do update set queue_id = excluded.queue_id
