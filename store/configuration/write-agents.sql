-- What an agent is doing right now is left as it is.
insert into agent (tenant_id, id, name, pbx_id, endpoint)
select $1::uuid, id, name, "pbxId", endpoint
  from jsonb_to_recordset($2::jsonb) as g (id uuid, name text, "pbxId" uuid, endpoint text)
    on conflict (tenant_id, name) do update set pbx_id = excluded.pbx_id, endpoint = excluded.endpoint
