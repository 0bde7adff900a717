-- Three roles share one login (see docs/adr on row-level security):
--   the login itself owns the tables, migrates and backs up,
--   ringback_engine runs the engine's loops over all tenants,
--   ringback_app serves one tenant at a time and sees nothing else.
do $$
begin
  if not exists (select from pg_roles where rolname = 'ringback_engine') then
    create role ringback_engine nologin;
  end if;
exception when duplicate_object or unique_violation then null; -- another database of this server was quicker
end $$;
do $$
begin
  if not exists (select from pg_roles where rolname = 'ringback_app') then
    create role ringback_app nologin;
  end if;
exception when duplicate_object or unique_violation then null;
end $$;
-- A login that may not grant them (an outside PostgreSQL with prepared roles) must already be their member.
do $$
begin
  execute format('grant ringback_engine, ringback_app to %I', current_user);
exception when insufficient_privilege then null;
end $$;

create table tenant (
  id uuid primary key,
  name text not null unique,
  created_at timestamptz not null default clock_timestamp()
);
insert into tenant (id, name) values ('00000000-0000-0000-0000-000000000001', 'default');
