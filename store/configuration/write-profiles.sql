insert into profile (tenant_id, id, name, behaviour)
select $1::uuid, id, name, behaviour
  from jsonb_to_recordset($2::jsonb) as g (id uuid, name text, behaviour jsonb)
    on conflict (tenant_id, name) do update set behaviour = excluded.behaviour
