create sequence place_sequence;

create table interaction (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  queue_id uuid not null,
  pbx_id uuid not null,
  line_id uuid not null,
  state text not null
    check (state in ('waiting', 'offered', 'connected', 'wrapping-up', 'callback', 'ended')),
  customer_number text check (customer_number ~ '^\+[1-9][0-9]{6,14}$'),
  dialled_number text,
  -- The place in line. It is written once, here, and copied wherever it is needed.
  priority integer not null,
  entered_at timestamptz not null,
  sequence bigint not null,
  -- Since when the place counts, where a retry went to the back of the line; null: since entered_at.
  reentered_at timestamptz,
  call_leg_id text,
  call_state text check (call_state in ('up', 'leaving', 'gone')),
  -- How the customer's own call ended, as reports count it: who asked for a callback has not abandoned.
  call_ending text check (call_ending in ('answered', 'abandoned', 'callback-requested', 'duplicate', 'pbx-lost')),
  call_ended_at timestamptz,
  ending text,
  -- Why the caller was refused a callback, see NUMBER_REFUSALS of the core; null when they were not.
  number_refusal text,
  revision integer not null,
  next_command integer not null default 1,
  -- How often work on it was begun and not ended since it was last handled: after three it is set aside (F21).
  failures integer not null default 0,
  primary key (tenant_id, id),
  foreign key (tenant_id, queue_id) references queue (tenant_id, id),
  foreign key (tenant_id, line_id) references line (tenant_id, id),
  check ((call_leg_id is null) = (call_state is null)),
  check ((call_ending is null) = (call_ended_at is null)),
  check ((state = 'ended') = (ending is not null))
) with (fillfactor = 80);
create unique index interaction_by_living_call on interaction (tenant_id, pbx_id, call_leg_id)
  where call_state <> 'gone';
create index interaction_by_number_on_call on interaction (tenant_id, customer_number)
  where call_state <> 'gone';
-- Who got through by a call of their own, for promises to the same number.
create index interaction_answered on interaction (tenant_id, customer_number, queue_id)
  where state in ('connected', 'wrapping-up') or ending = 'answered';
create index interaction_by_refusal on interaction (tenant_id, number_refusal) where number_refusal is not null;
create index interaction_open on interaction (tenant_id, queue_id) where state <> 'ended';

-- Who stands in line: only interactions that some agent of the line may take now.
create table place (
  tenant_id uuid not null,
  line_id uuid not null,
  priority integer not null,
  entered_at timestamptz not null,
  seq bigint not null,
  interaction_id uuid not null,
  primary key (tenant_id, interaction_id),
  foreign key (tenant_id, interaction_id) references interaction (tenant_id, id)
) with (
  autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500,
  autovacuum_vacuum_insert_scale_factor = 0.05
);
create index place_head on place (tenant_id, line_id, priority desc, entered_at, seq);

-- Who keeps a place but cannot be taken now, why, and until when at the latest.
create table parked (
  tenant_id uuid not null,
  line_id uuid not null,
  priority integer not null,
  entered_at timestamptz not null,
  seq bigint not null,
  interaction_id uuid not null,
  reason text not null,
  due_at timestamptz not null,
  primary key (tenant_id, interaction_id),
  foreign key (tenant_id, interaction_id) references interaction (tenant_id, id)
);
create index parked_in_line on parked (tenant_id, line_id, priority desc, entered_at, seq);

-- Everybody who counts as standing before others: also those whose phone is still busy with their own call, so that
-- nobody behind them hears a better position for a few seconds and then a worse one.
create view standing_in_line with (security_invoker = true) as
  select tenant_id, line_id, priority, entered_at, seq, interaction_id from place
  union all
  select tenant_id, line_id, priority, entered_at, seq, interaction_id from parked
   where reason = 'number-on-call'
     -- A caller who goes on in the place of their callback is counted once.
     and not exists (select from place p
                      where p.tenant_id = parked.tenant_id and p.line_id = parked.line_id and p.seq = parked.seq);

-- An agent held for one interaction; gone when either is free of the other.
create table reservation (
  tenant_id uuid not null,
  agent_id uuid not null,
  interaction_id uuid not null,
  primary key (tenant_id, agent_id),
  constraint one_agent_per_interaction unique (tenant_id, interaction_id),
  foreign key (tenant_id, agent_id) references agent (tenant_id, id),
  foreign key (tenant_id, interaction_id) references interaction (tenant_id, id)
);

-- This agent is not asked again for this interaction before then.
create table decline (
  tenant_id uuid not null,
  interaction_id uuid not null,
  agent_id uuid not null,
  until timestamptz not null,
  primary key (tenant_id, interaction_id, agent_id),
  foreign key (tenant_id, agent_id) references agent (tenant_id, id) on delete cascade,
  foreign key (tenant_id, interaction_id) references interaction (tenant_id, id)
);

-- The first time that a caller was offered a callback in words. Without a reference to the interaction: a lock on it,
-- however short, would let an agent pass it over.
create table spoken_offer (
  tenant_id uuid not null references tenant (id),
  interaction_id uuid not null,
  spoken_at timestamptz not null,
  primary key (tenant_id, interaction_id)
);
create index spoken_offer_by_time on spoken_offer using brin (spoken_at);

create table offer (
  tenant_id uuid not null,
  id uuid not null,
  interaction_id uuid not null,
  agent_id uuid not null,
  state text not null check (state in ('ringing', 'accepted', 'over')),
  ending text check (ending in ('accepted', 'declined', 'rang-out', 'agent-lost', 'withdrawn')),
  offered_at timestamptz not null,
  connected_at timestamptz,
  ended_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, interaction_id) references interaction (tenant_id, id),
  foreign key (tenant_id, agent_id) references agent (tenant_id, id),
  check ((state = 'over') = (ending is not null))
);
create unique index one_live_offer_per_interaction on offer (tenant_id, interaction_id) where state <> 'over';
create unique index one_live_offer_per_agent on offer (tenant_id, agent_id) where state <> 'over';
create index offer_by_leg on offer (id) where state <> 'over';

create table timer (
  tenant_id uuid not null,
  interaction_id uuid not null,
  kind text not null,
  due_at timestamptz not null,
  -- A worker that took it and died gives it back by letting this pass.
  claimed_until timestamptz not null default '-infinity',
  -- How often it was taken; handling it sets it back by deleting or moving it.
  tries integer not null default 0,
  primary key (tenant_id, interaction_id, kind),
  foreign key (tenant_id, interaction_id) references interaction (tenant_id, id)
) with (fillfactor = 80);
create index timer_due on timer (due_at);
