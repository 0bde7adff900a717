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
-- For removing what was carried out long ago. Rows of one time lie together, and this costs next to nothing to keep.
create index command_by_time on command using brin (created_at);

-- One row for each interaction as reports count it: inbound, in the queue and at the time of its first call, whatever
-- followed from it. A call that asked for a callback has not been abandoned.
create view reported_interaction with (security_invoker = true) as
  select i.tenant_id, i.id as interaction_id, 'inbound' as direction, i.queue_id, i.entered_at,
         i.call_leg_id is not null as is_call, i.call_ending, i.call_ended_at,
         exists (select from spoken_offer s
                  where s.tenant_id = i.tenant_id and s.interaction_id = i.id) as was_offered,
         -- Since when the present place counts: the entry, or the last retry of a queue whose callbacks go to the back.
         coalesce(i.reentered_at, i.entered_at) as place_from,
         c.id as callback_id, c.origin, c.state as callback_state, c.chosen_at, c.first_dialed_at, c.inactive_at,
         coalesce(c.ended_at, c.inactive_at) as reported_end,
         case when c.ended_at is not null then c.state when c.inactive_at is not null then 'inactive' end
           as reported_ending,
         coalesce(c.open and c.state <> 'poisoned' and not exists (
           select from parked k where k.tenant_id = i.tenant_id and k.interaction_id = i.id) and not exists (
           select from timer t where t.tenant_id = i.tenant_id and t.interaction_id = i.id) and not exists (
           select from place p where p.tenant_id = i.tenant_id and p.interaction_id = i.id) and not exists (
           select from reservation r where r.tenant_id = i.tenant_id and r.interaction_id = i.id), false) as is_lost
    from interaction i
    left join callback c on c.tenant_id = i.tenant_id and c.interaction_id = i.id;

-- One row for each call to a customer: outbound for billing, linked to the queue of the first call.
create view billed_call with (security_invoker = true) as
  select t.tenant_id, t.id as attempt_id, t.callback_id, t.interaction_id, 'outbound' as direction, c.queue_id,
         i.entered_at as booked_at, t.number, t.caller_id, t.route_id, t.started_at, t.dialed_at, t.answered_at,
         t.ended_at, t.outcome, t.outcome not in ('congestion', 'agent-lost', 'blocked') as counts
    from attempt t
    join callback c on c.tenant_id = t.tenant_id and c.id = t.callback_id
    join interaction i on i.tenant_id = t.tenant_id and i.id = t.interaction_id;
