with given as (
  select * from jsonb_to_recordset($2::jsonb) as g (id uuid, name text, driver text, settings jsonb)
), written as (
  insert into pbx (tenant_id, id, name, driver, settings)
  select $1::uuid, id, name, driver, settings from given
      on conflict (tenant_id, name) do update set driver = excluded.driver, settings = excluded.settings
)
insert into pbx_owner (tenant_id, pbx_id)
select $1::uuid, id from given
    on conflict do nothing
