-- A queue is created together with the line of those who need no skill.
with given as (
  select * from jsonb_to_recordset($2::jsonb)
    as g (id uuid, name text, number text, "pbxId" uuid, "hoursId" uuid, priority integer, callback jsonb, "lineId" uuid)
), written as (
  insert into queue (tenant_id, id, name, number, pbx_id, hours_id, priority, callback)
  select $1::uuid, id, name, number, "pbxId", "hoursId", priority, callback from given
      on conflict (tenant_id, name) do update
         set number = excluded.number, pbx_id = excluded.pbx_id, hours_id = excluded.hours_id,
             priority = excluded.priority, callback = excluded.callback
)
insert into line (tenant_id, id, queue_id)
select $1::uuid, "lineId", id from given where "lineId" is not null
