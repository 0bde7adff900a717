create table callback (
  tenant_id uuid not null,
  id uuid not null,
  interaction_id uuid not null,
  queue_id uuid not null,
  number text not null check (number ~ '^\+[1-9][0-9]{6,14}$'),
  origin text not null check (origin in ('queue-offer', 'abandoned', 'missed', 'scheduled')),
  -- The name of the rule by which it arose, and what request, rule and profile said then (Behaviour of the core).
  rule text,
  overrides jsonb not null default '{}',
  -- It is not dialled before.
  not_before timestamptz,
  strategy text not null default 'agent-first' check (strategy in ('agent-first', 'customer-first')),
  state text not null check (state in (
    'scheduled', 'waiting', 'offered', 'accepted', 'dialing', 'holding', 'connected', 'wrapping-up',
    'retry-wait', 'poisoned', 'completed', 'exhausted', 'expired', 'released', 'refused', 'cancelled',
    'superseded')),
  open boolean not null generated always as (state not in (
    'completed', 'exhausted', 'expired', 'released', 'refused', 'cancelled', 'superseded')) stored,
  requested_at timestamptz not null,
  attempts_used integer not null default 0,
  first_dialed_at timestamptz,
  ended_at timestamptz,
  primary key (tenant_id, id),
  constraint one_callback_per_interaction unique (tenant_id, interaction_id),
  foreign key (tenant_id, interaction_id) references interaction (tenant_id, id)
) with (fillfactor = 80);
-- The number comes first: it is looked for without a queue as well.
create unique index one_open_callback_per_number on callback (tenant_id, number, queue_id) where open;
create index callback_by_time on callback (tenant_id, requested_at desc, id);

create table attempt (
  tenant_id uuid not null,
  id uuid not null,
  callback_id uuid not null,
  interaction_id uuid not null,
  pbx_id uuid not null,
  agent_id uuid,
  route_id uuid,
  number text not null check (number ~ '^\+[1-9][0-9]{6,14}$'),
  caller_id text,
  -- The owner's epoch under which it was dialled.
  epoch bigint,
  state text not null
    check (state in ('intent', 'dialing', 'in-doubt', 'cancelling', 'connected', 'talked', 'ended')),
  started_at timestamptz not null,
  dialed_at timestamptz,
  answered_at timestamptz,
  ended_at timestamptz,
  noted_outcome text,
  outcome text check (outcome in (
    'connected', 'short', 'no-answer', 'busy', 'rejected', 'voicemail', 'invalid-number', 'abandoned',
    'in-doubt', 'pbx-lost', 'congestion', 'agent-lost', 'blocked')),
  primary key (tenant_id, id),
  foreign key (tenant_id, callback_id) references callback (tenant_id, id),
  check ((state = 'ended') = (outcome is not null))
) with (fillfactor = 80);
create unique index one_live_attempt_per_callback on attempt (tenant_id, callback_id) where state <> 'ended';
-- At most one living call per number, whatever queue it is for (I4). An intent has no call yet.
create unique index one_live_leg_per_number on attempt (tenant_id, number)
  where state in ('dialing', 'in-doubt', 'cancelling', 'connected');
create index attempt_by_callback on attempt (tenant_id, callback_id, started_at);
create index attempt_on_route on attempt (tenant_id, route_id)
  where state in ('dialing', 'in-doubt', 'cancelling', 'connected');
create index attempt_by_leg on attempt (id) where state <> 'ended';

-- An outcome is written once (I15), whoever writes it.
create function refuse_second_outcome() returns trigger language plpgsql as $$
begin
  raise exception 'attempt % already ended as %', old.id, old.outcome using errcode = 'RB015';
end $$;
create trigger outcome_is_written_once before update on attempt
  for each row when (old.outcome is not null and new.outcome is distinct from old.outcome)
  execute function refuse_second_outcome();

create table ticket (
  tenant_id uuid not null,
  id uuid not null,
  callback_id uuid not null,
  interaction_id uuid not null,
  reason text not null,
  state text not null default 'open' check (state in ('open', 'closed')),
  opened_at timestamptz not null,
  primary key (tenant_id, id),
  constraint one_ticket_per_callback unique (tenant_id, callback_id),
  foreign key (tenant_id, callback_id) references callback (tenant_id, id)
);

-- Calls that another system has told us of, by the id that it gave them: told twice, they are answered the same.
create table missed_call (
  tenant_id uuid not null references tenant (id),
  external_id text not null,
  -- Null while the transaction that takes it runs.
  answer jsonb,
  told_at timestamptz not null,
  primary key (tenant_id, external_id)
);
