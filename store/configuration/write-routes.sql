insert into route (tenant_id, id, pbx_id, name, position, dial, caller_id, lines)
select $1::uuid, id, "pbxId", name, position, dial, "callerId", lines
  from jsonb_to_recordset($2::jsonb)
    as g (id uuid, "pbxId" uuid, name text, position integer, dial text, "callerId" text, lines integer)
    on conflict (tenant_id, pbx_id, name) do update
       set position = excluded.position, dial = excluded.dial, caller_id = excluded.caller_id, lines = excluded.lines
