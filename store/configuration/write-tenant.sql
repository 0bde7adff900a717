insert into tenant_settings (tenant_id, time_zone)
select $1::uuid, "timeZone" from jsonb_to_recordset($2::jsonb) as g ("timeZone" text)
    on conflict (tenant_id) do update set time_zone = excluded.time_zone
