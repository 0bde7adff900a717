create table callback (
  tenant_id uuid not null,
  id uuid not null,
  interaction_id uuid not null,
  queue_id uuid not null,
  number text not null check (number ~ '^\+[1-9][0-9]{6,14}$'),
  origin text not null check (origin in ('queue-offer', 'abandoned', 'missed', 'api', 'scheduled', 'ticket')),
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
  -- The time agreed with the customer: as it was understood, and as they said it.
  chosen_at timestamptz,
  chosen_wall_time text,
  chosen_time_zone text,
  -- The zone that the customer said they are in.
  stated_zone text,
  attempts_used integer not null default 0,
  first_dialed_at timestamptz,
  -- The one re-connection after a network drop: what the dropped conversation came to, then over.
  second_chance text check (second_chance in ('connected', 'short', 'over')),
  -- When reports closed it because nothing had happened for 14 days; it stays open all the same.
  inactive_at timestamptz,
  ended_at timestamptz,
  -- Why its number may not be called, see NUMBER_REFUSALS of the core; set with the state refused.
  number_refusal text,
  -- Somebody called again for a ticket: the ticket, and the callback with which it all began.
  for_ticket_id uuid,
  first_callback_id uuid,
  -- The number is a switchboard's: it tells nobody apart (see shared_number).
  shared boolean not null default false,
  primary key (tenant_id, id),
  check (chosen_at is not null or chosen_wall_time is null),
  check ((chosen_wall_time is null) = (chosen_time_zone is null)),
  constraint one_callback_per_interaction unique (tenant_id, interaction_id),
  foreign key (tenant_id, interaction_id) references interaction (tenant_id, id)
) with (fillfactor = 80);
-- The number comes first: it is looked for without a queue as well.
create index callback_by_number on callback (tenant_id, number, requested_at);
create unique index one_open_callback_per_number on callback (tenant_id, number, queue_id) where open and not shared;
create index callback_for_ticket on callback (tenant_id, for_ticket_id) where for_ticket_id is not null;
create index callback_by_time on callback (tenant_id, requested_at desc, id);

-- What a request with an Idempotency-Key came to; kept for a day.
create table idempotency_key (
  tenant_id uuid not null references tenant (id),
  key text not null,
  -- Of the whole request: the same key with another request is a mistake.
  request_hash text not null,
  callback_id uuid,
  created_at timestamptz not null,
  primary key (tenant_id, key)
);
create index idempotency_key_by_time on idempotency_key (created_at);

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
  -- It re-connects a conversation that the network dropped, and is not counted.
  second_chance boolean not null default false,
  -- The owner's epoch under which it was dialled.
  epoch bigint,
  state text not null
    check (state in ('intent', 'dialing', 'in-doubt', 'cancelling', 'connected', 'talked', 'ended')),
  started_at timestamptz not null,
  dialed_at timestamptz,
  answered_at timestamptz,
  ended_at timestamptz,
  noted_outcome text,
  -- What a minute of this call costs, see CallBudget of the core; set when it is dialled.
  rate_per_minute integer,
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
create index attempt_by_dial on attempt (tenant_id, dialed_at) where dialed_at is not null;
create index attempt_by_callback on attempt (tenant_id, callback_id, started_at);
-- When did this number's last attempt that counts end? Asked before each dial, for the gap between two of them.
create index attempt_by_number on attempt (tenant_id, number, ended_at desc)
  where outcome not in ('congestion', 'agent-lost', 'blocked');
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
  -- The end of the callback, or `poisoned`.
  reason text not null,
  state text not null default 'open' check (state in ('open', 'closed')),
  opened_at timestamptz not null,
  -- A name as it was given; null: nobody has taken it.
  assignee text,
  -- Null: nobody has looked at it.
  read_at timestamptz,
  closed_at timestamptz,
  primary key (tenant_id, id),
  constraint one_ticket_per_callback unique (tenant_id, callback_id),
  foreign key (tenant_id, callback_id) references callback (tenant_id, id),
  check ((state = 'closed') = (closed_at is not null))
);
create index ticket_by_time on ticket (tenant_id, opened_at desc, id);
create index ticket_unread on ticket (tenant_id) where read_at is null and state = 'open';

create table ticket_note (
  tenant_id uuid not null,
  ticket_id uuid not null,
  number integer not null,
  at timestamptz not null,
  author text not null,
  text text not null,
  primary key (tenant_id, ticket_id, number),
  foreign key (tenant_id, ticket_id) references ticket (tenant_id, id)
);

-- Stop switches, now and in the past: no row is ever deleted or changed but by the word that resumes it.
create table stop (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  what text not null check (what in ('requests', 'dialling')),
  -- Both null: everything of the tenant.
  queue_id uuid,
  pbx_id uuid,
  -- The name at that time, for the record: `all` for everything.
  scope text not null,
  stopped_at timestamptz not null,
  stopped_by text not null,
  reason text not null,
  resumed_at timestamptz,
  resumed_by text,
  resume_reason text,
  primary key (tenant_id, id),
  foreign key (tenant_id, queue_id) references queue (tenant_id, id) on delete cascade,
  foreign key (tenant_id, pbx_id) references pbx (tenant_id, id) on delete cascade,
  check (queue_id is null or pbx_id is null),
  check ((resumed_at is null) = (resumed_by is null) and (resumed_at is null) = (resume_reason is null))
);
create unique index stopped_once on stop (tenant_id, what, queue_id, pbx_id) nulls not distinct
  where resumed_at is null;
create index stop_by_resumption on stop (tenant_id, what, resumed_at);
create index stop_by_time on stop (tenant_id, stopped_at desc, id);

-- Calls that another system has told us of, by the id that it gave them: told twice, they are answered the same.
create table missed_call (
  tenant_id uuid not null references tenant (id),
  external_id text not null,
  -- Why nobody answered, in the words of that system.
  why text,
  -- Null while the transaction that takes it runs.
  answer jsonb,
  told_at timestamptz not null,
  primary key (tenant_id, external_id)
);
create index missed_call_by_time on missed_call using brin (told_at);
