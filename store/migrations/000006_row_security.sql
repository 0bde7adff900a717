-- Every table with a tenant: the application sees its own tenant, the engine and the owner see all.
-- The owner needs a policy of its own because of FORCE: without it a backup is silently empty.
do $$
declare
  name text;
begin
  grant usage on schema public to ringback_engine, ringback_app;
  grant select on tenant, standing_in_line, rule_in_force, reported_interaction, billed_call to ringback_engine, ringback_app;
  grant usage on sequence place_sequence to ringback_engine;
  for name in
    select c.relname from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner_sees_all on %I to %I using (true) with check (true)', name, current_user);
    execute format('create policy engine_sees_all on %I to ringback_engine using (true) with check (true)', name);
    execute format(
      'create policy app_sees_its_tenant on %I to ringback_app
         using (tenant_id = nullif(current_setting(''ringback.tenant'', true), '''')::uuid)
         with check (tenant_id = nullif(current_setting(''ringback.tenant'', true), '''')::uuid)', name);
    execute format('grant select, insert, update, delete on %I to ringback_engine, ringback_app', name);
  end loop;
end $$;
