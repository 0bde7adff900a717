insert into hours (tenant_id, id, name, time_zone, weekly, holidays)
select $1::uuid, id, name, "timeZone", weekly, holidays
  from jsonb_to_recordset($2::jsonb) as g (id uuid, name text, "timeZone" text, weekly jsonb, holidays jsonb)
    on conflict (tenant_id, name) do update
       set time_zone = excluded.time_zone, weekly = excluded.weekly, holidays = excluded.holidays
