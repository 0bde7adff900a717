-- What an administrator sets up.
create table pbx (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  name text not null,
  driver text not null,
  settings jsonb not null,
  -- The boot the PBX was last seen in: another one means that every leg of before is gone.
  boot_id text,
  primary key (tenant_id, id),
  unique (tenant_id, name)
);

-- Who holds the connection to a PBX. Every transaction that leads to a dial reads this row `for key share`: with the epoch
-- in a key, that keeps a new owner waiting until it ends, and never the owner who renews the lease.
create table pbx_owner (
  tenant_id uuid not null,
  pbx_id uuid not null,
  epoch bigint not null default 0,
  owner text,
  lease_until timestamptz not null default '-infinity',
  -- True while the owner is connected to the PBX and has put its records in order.
  ready boolean not null default false,
  primary key (tenant_id, pbx_id),
  unique (tenant_id, pbx_id, epoch),
  foreign key (tenant_id, pbx_id) references pbx (tenant_id, id) on delete cascade
);

create table route (
  tenant_id uuid not null,
  id uuid not null,
  pbx_id uuid not null,
  name text not null,
  position integer not null,
  dial text not null check (dial like '%{number}%'),
  caller_id text,
  lines integer not null check (lines > 0),
  primary key (tenant_id, id),
  unique (tenant_id, pbx_id, name),
  foreign key (tenant_id, pbx_id) references pbx (tenant_id, id) on delete cascade
);

-- What holds for the whole company; a tenant without a row has none of it.
create table tenant_settings (
  tenant_id uuid primary key references tenant (id),
  time_zone text
);

create table hours (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  name text not null,
  time_zone text not null,
  weekly jsonb not null,
  holidays jsonb not null default '[]',
  primary key (tenant_id, id),
  unique (tenant_id, name)
);

create table queue (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  name text not null,
  number text check (number ~ '^\+[1-9][0-9]{6,14}$'),
  pbx_id uuid not null,
  hours_id uuid,
  -- Of calls whose number has none of its own; more goes first.
  priority integer not null default 0,
  -- CallbackSettings of the core, every value spelled out, durations in seconds.
  callback jsonb not null,
  primary key (tenant_id, id),
  unique (tenant_id, name),
  foreign key (tenant_id, pbx_id) references pbx (tenant_id, id),
  foreign key (tenant_id, hours_id) references hours (tenant_id, id)
);

-- A queue together with one set of required skills: whoever serves the line may take everyone in it.
create table line (
  tenant_id uuid not null,
  id uuid not null,
  queue_id uuid not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, queue_id) references queue (tenant_id, id) on delete cascade
);
create index line_of_queue on line (tenant_id, queue_id);

create table inbound_number (
  tenant_id uuid not null references tenant (id),
  number text not null check (number ~ '^\+[1-9][0-9]{6,14}$'),
  queue_id uuid not null,
  -- Off: callers of this number are never offered a callback, and none arises.
  callback_enabled boolean not null default true,
  -- Null: that of the queue.
  priority integer,
  primary key (tenant_id, number),
  foreign key (tenant_id, queue_id) references queue (tenant_id, id) on delete cascade
);

-- Values that rules have in common.
create table profile (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  name text not null,
  -- Behaviour of the core: only what it says something about.
  behaviour jsonb not null,
  primary key (tenant_id, id),
  unique (tenant_id, name)
);

-- When callbacks are offered or arise by themselves: for a queue, or for a number of ours, which goes first.
create table rule (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  name text not null,
  type text not null check (type in ('queue-callback', 'abandoned', 'missed')),
  queue_id uuid,
  number text,
  enabled boolean not null,
  delay_seconds integer not null,
  minimum_wait_seconds integer not null,
  look_back_seconds integer not null,
  profile_id uuid,
  -- Behaviour of the core: only what it says something about.
  behaviour jsonb not null,
  primary key (tenant_id, id),
  unique (tenant_id, name),
  -- Two rules may exchange their sources in one change.
  constraint one_rule_of_a_type_per_queue unique (tenant_id, queue_id, type) deferrable initially deferred,
  constraint one_rule_of_a_type_per_number unique (tenant_id, number, type) deferrable initially deferred,
  check ((queue_id is null) <> (number is null)),
  foreign key (tenant_id, queue_id) references queue (tenant_id, id) on delete cascade,
  foreign key (tenant_id, number) references inbound_number (tenant_id, number) on delete cascade,
  foreign key (tenant_id, profile_id) references profile (tenant_id, id)
);

-- Rules as the core knows them, with the values of their profiles.
create view rule_in_force with (security_invoker = true) as
  select r.tenant_id, r.queue_id, r.number,
         jsonb_build_object(
           'name', r.name, 'type', r.type, 'source', case when r.number is null then 'queue' else 'number' end,
           'enabled', r.enabled, 'delaySeconds', r.delay_seconds, 'minimumWaitSeconds', r.minimum_wait_seconds,
           'lookBackSeconds', r.look_back_seconds, 'behaviour', r.behaviour,
           'profile', coalesce(p.behaviour, '{}')) as rule
    from rule r
    left join profile p on p.tenant_id = r.tenant_id and p.id = r.profile_id;

-- Numbers of others behind which several people are, e.g. a company's switchboard.
create table shared_number (
  tenant_id uuid not null references tenant (id),
  number text not null check (number ~ '^\+[1-9][0-9]{6,14}$'),
  primary key (tenant_id, number)
);

create table agent (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  name text not null,
  pbx_id uuid not null,
  endpoint text not null,
  presence text not null default 'offline' check (presence in ('available', 'away', 'offline')),
  occupation text not null default 'idle'
    check (occupation in ('idle', 'reserved', 'engaged', 'wrapping-up')),
  -- The agent's living leg on the PBX, even while it only says good-bye.
  leg_id text,
  device text not null default 'unknown'
    check (device in ('idle', 'busy', 'unreachable', 'unknown')),
  idle_since timestamptz not null default clock_timestamp(),
  -- The same rule as isAvailable() of the core.
  available boolean not null generated always as (
    presence = 'available' and occupation = 'idle' and leg_id is null and device in ('idle', 'unknown')
  ) stored,
  primary key (tenant_id, id),
  unique (tenant_id, name),
  unique (tenant_id, pbx_id, endpoint),
  foreign key (tenant_id, pbx_id) references pbx (tenant_id, id)
) with (fillfactor = 70);
create index agent_by_leg on agent (leg_id) where leg_id is not null;

create table agent_line (
  tenant_id uuid not null,
  agent_id uuid not null,
  line_id uuid not null,
  primary key (tenant_id, agent_id, line_id),
  foreign key (tenant_id, agent_id) references agent (tenant_id, id) on delete cascade,
  foreign key (tenant_id, line_id) references line (tenant_id, id) on delete cascade
);
create index agent_line_by_line on agent_line (tenant_id, line_id);

-- Which numbers of customers may be called, see core/numbers/policy.ts. Without a row: what ships.
create table number_policy (
  tenant_id uuid primary key references tenant (id) on delete cascade,
  -- NumberPolicy of the core, every value spelled out.
  policy jsonb not null,
  -- One of our own numbers for each beginning of eight characters: enough to tell our countries.
  own_numbers text[] not null
);

-- People who do not want to be called.
create table opt_out (
  tenant_id uuid not null references tenant (id) on delete cascade,
  number text not null check (number ~ '^\+[1-9][0-9]{6,14}$'),
  added_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, number)
);
