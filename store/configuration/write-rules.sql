insert into rule (
  tenant_id, id, name, type, queue_id, number, enabled, delay_seconds, minimum_wait_seconds, look_back_seconds,
  profile_id, behaviour)
select $1::uuid, id, name, type, "queueId", number, enabled, "delaySeconds", "minimumWaitSeconds",
       "lookBackSeconds", "profileId", behaviour
  from jsonb_to_recordset($2::jsonb)
    as g (id uuid, name text, type text, "queueId" uuid, number text, enabled boolean, "delaySeconds" integer,
          "minimumWaitSeconds" integer, "lookBackSeconds" integer, "profileId" uuid, behaviour jsonb)
    on conflict (tenant_id, name) do update
       set type = excluded.type, queue_id = excluded.queue_id, number = excluded.number,
           enabled = excluded.enabled, delay_seconds = excluded.delay_seconds,
           minimum_wait_seconds = excluded.minimum_wait_seconds,
           look_back_seconds = excluded.look_back_seconds, profile_id = excluded.profile_id,
           behaviour = excluded.behaviour
