-- Everything that happened, in the order of each interaction's revisions. Readers go by (xid, id) below the oldest
-- running transaction: ids alone are handed out before they are committed.
create table event (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  interaction_id uuid,
  revision integer,
  agent_id uuid,
  kind text not null,
  at timestamptz not null,
  body jsonb not null,
  primary key (tenant_id, id),
  constraint no_gap_no_twin unique (tenant_id, interaction_id, revision)
);
create index event_feed on event (xid, id);

-- What is still to be told to a PBX, numbered per interaction: n + 1 waits for n.
create table command (
  tenant_id uuid not null,
  interaction_id uuid not null,
  number integer not null,
  pbx_id uuid not null,
  body jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'done', 'failed')),
  -- The owner's epoch under which it was last sent; set before sending.
  sent_epoch bigint,
  problem text,
  created_at timestamptz not null,
  primary key (tenant_id, interaction_id, number)
) with (fillfactor = 70);
create index command_pending on command (created_at, pbx_id) where state = 'pending';
