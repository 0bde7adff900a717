-- Writes one decision about interaction $2 in one round trip. $3 holds, by name, the rows to write. Only the parts are
-- sent whose names are in it (`StatementInParts`), each from its line of three dashes on: PostgreSQL makes every part of a
-- statement ready at each run, rows or no rows. The whole can be pasted into psql; there a missing name writes nothing.
-- All parts see the same snapshot, so no row may appear in two of them.
-- The answer says whether a new callback found its number taken.
with
-- Tells the types of the parameters, whichever parts follow; it is never run.
asked as (select $1::uuid as tenant_id, $2::uuid as interaction_id, $3::jsonb as written),
--- newInteraction
new_interaction as (
  insert into interaction (
    tenant_id, id, queue_id, pbx_id, line_id, state, customer_number, dialled_number, priority, entered_at,
    sequence, call_leg_id, call_state, ending, revision, next_command)
  select $1, $2, r.queue_id, r.pbx_id, r.line_id, r.state, r.customer_number, r.dialled_number, r.priority,
         r.entered_at, r.sequence, r.call_leg_id, r.call_state, r.ending, r.revision, r.next_command
    from jsonb_to_recordset($3::jsonb -> 'newInteraction') as r (
         queue_id uuid, pbx_id uuid, line_id uuid, state text, customer_number text, dialled_number text,
         priority int, entered_at timestamptz, sequence bigint, call_leg_id text, call_state text, ending text,
         revision int, next_command int)),
--- interaction
interaction_now as (
  update interaction i
     set state = r.state, reentered_at = r.reentered_at, call_state = r.call_state, call_ending = r.call_ending,
         call_ended_at = r.call_ended_at, ending = r.ending, number_refusal = r.number_refusal, revision = r.revision,
         next_command = r.next_command, failures = 0, priority = r.priority, sequence = r.sequence, line_id = r.line_id
    from jsonb_to_recordset($3::jsonb -> 'interaction') as r (
         state text, reentered_at timestamptz, call_state text, call_ending text, call_ended_at timestamptz,
         ending text, number_refusal text, revision int, next_command int, priority int, sequence bigint,
         line_id uuid)
   where i.tenant_id = $1 and i.id = $2),
--- outOfLine
out_of_line as (
  delete from place where tenant_id = $1 and interaction_id = $2 and $3::jsonb ? 'outOfLine'),
--- notParked
not_parked as (
  delete from parked where tenant_id = $1 and interaction_id = $2 and $3::jsonb ? 'notParked'),
--- inLine
in_line as (
  insert into place (tenant_id, line_id, priority, entered_at, seq, interaction_id)
  select $1, r.line_id, r.priority, r.entered_at, r.seq, $2
    from jsonb_to_recordset($3::jsonb -> 'inLine') as r (
         line_id uuid, priority int, entered_at timestamptz, seq bigint)
  on conflict (tenant_id, interaction_id)
    do update set line_id = excluded.line_id, priority = excluded.priority, entered_at = excluded.entered_at,
                  seq = excluded.seq),
--- parked
parked_now as (
  insert into parked (tenant_id, line_id, priority, entered_at, seq, interaction_id, reason, due_at)
  select $1, r.line_id, r.priority, r.entered_at, r.seq, $2, r.reason, r.due_at
    from jsonb_to_recordset($3::jsonb -> 'parked') as r (
         line_id uuid, priority int, entered_at timestamptz, seq bigint, reason text, due_at timestamptz)
  on conflict (tenant_id, interaction_id) do update set reason = excluded.reason, due_at = excluded.due_at),
--- newCallback
new_callback as (
  insert into callback (
    tenant_id, id, interaction_id, queue_id, number, origin, rule, overrides, not_before, state, requested_at,
    chosen_at, chosen_wall_time, chosen_time_zone, stated_zone, attempts_used, first_dialed_at, ended_at, shared)
  select $1, r.id, $2, r.queue_id, r.number, r.origin, r.rule, r.overrides, r.not_before, r.state,
         r.requested_at, r.chosen_at, r.chosen_wall_time, r.chosen_time_zone, r.stated_zone, r.attempts_used, r.first_dialed_at, r.ended_at,
         exists (select from shared_number s where s.tenant_id = $1 and s.number = r.number)
    from jsonb_to_recordset($3::jsonb -> 'newCallback') as r (
         id uuid, queue_id uuid, number text, origin text, rule text, overrides jsonb,
         not_before timestamptz, state text, requested_at timestamptz,
         chosen_at timestamptz, chosen_wall_time text, chosen_time_zone text, stated_zone text,
         attempts_used int, first_dialed_at timestamptz, ended_at timestamptz)
  on conflict (tenant_id, queue_id, number) where open and not shared do nothing
  returning 1),
--- callback
callback_now as (
  update callback c
     set state = r.state, attempts_used = r.attempts_used, first_dialed_at = r.first_dialed_at,
         second_chance = r.second_chance, inactive_at = r.inactive_at, ended_at = r.ended_at,
         number_refusal = r.number_refusal
    from jsonb_to_recordset($3::jsonb -> 'callback') as r (
         id uuid, state text, attempts_used int, first_dialed_at timestamptz, second_chance text,
         inactive_at timestamptz, ended_at timestamptz, number_refusal text)
   where c.tenant_id = $1 and c.id = r.id),
--- newAttempt
new_attempt as (
  insert into attempt (
    tenant_id, id, callback_id, interaction_id, pbx_id, agent_id, number, second_chance, state, started_at)
  select $1, r.id, r.callback_id, $2, r.pbx_id, r.agent_id, r.number, r.second_chance, r.state, r.started_at
    from jsonb_to_recordset($3::jsonb -> 'newAttempt') as r (
         id uuid, callback_id uuid, pbx_id uuid, agent_id uuid, number text, second_chance boolean,
         state text, started_at timestamptz)),
--- attempt
attempt_now as (
  update attempt t
     set state = r.state, route_id = r.route_id, dialed_at = r.dialed_at, answered_at = r.answered_at,
         noted_outcome = r.noted_outcome, outcome = r.outcome, ended_at = r.ended_at,
         epoch = coalesce(r.epoch, t.epoch), caller_id = coalesce(r.caller_id, t.caller_id),
         rate_per_minute = coalesce(r.rate_per_minute, t.rate_per_minute)
    from jsonb_to_recordset($3::jsonb -> 'attempt') as r (
         id uuid, state text, route_id uuid, dialed_at timestamptz, answered_at timestamptz,
         noted_outcome text, outcome text, ended_at timestamptz, epoch bigint, caller_id text,
         rate_per_minute int)
   where t.tenant_id = $1 and t.id = r.id),
--- newOffer
new_offer as (
  insert into offer (tenant_id, id, interaction_id, agent_id, state, offered_at)
  select $1, r.id, $2, r.agent_id, r.state, r.offered_at
    from jsonb_to_recordset($3::jsonb -> 'newOffer') as r (
         id uuid, agent_id uuid, state text, offered_at timestamptz)),
--- offer
offer_now as (
  update offer o
     set state = r.state, ending = r.ending, connected_at = r.connected_at, ended_at = r.ended_at
    from jsonb_to_recordset($3::jsonb -> 'offer') as r (
         id uuid, state text, ending text, connected_at timestamptz, ended_at timestamptz)
   where o.tenant_id = $1 and o.id = r.id),
--- decline
declined as (
  insert into decline (tenant_id, interaction_id, agent_id, until)
  select $1, $2, r.agent_id, r.until
    from jsonb_to_recordset($3::jsonb -> 'decline') as r (agent_id uuid, until timestamptz)
  on conflict (tenant_id, interaction_id, agent_id) do update set until = excluded.until),
--- agent
agent_now as (
  update agent a
     set occupation = r.occupation, leg_id = r.leg_id, idle_since = r.idle_since
    from jsonb_to_recordset($3::jsonb -> 'agent') as r (
         id uuid, occupation text, leg_id text, idle_since timestamptz)
   where a.tenant_id = $1 and a.id = r.id),
--- release
agent_released as (
  delete from reservation v
   using jsonb_to_recordset($3::jsonb -> 'release') as r (agent_id uuid)
   where v.tenant_id = $1 and v.agent_id = r.agent_id),
--- stopTimers
timers_stopped as (
  delete from timer t
   using jsonb_array_elements_text($3::jsonb -> 'stopTimers') as r (kind)
   where t.tenant_id = $1 and t.interaction_id = $2 and t.kind = r.kind),
--- setTimers
timers_set as (
  insert into timer (tenant_id, interaction_id, kind, due_at)
  select $1, $2, r.kind, r.due_at
    from jsonb_to_recordset($3::jsonb -> 'setTimers') as r (kind text, due_at timestamptz)
  on conflict (tenant_id, interaction_id, kind)
    do update set due_at = excluded.due_at, claimed_until = '-infinity', tries = 0),
--- events
events_told as (
  insert into event (tenant_id, interaction_id, at, revision, kind, body)
  select $1, $2, r.at, r.revision, r.kind, r.body
    from jsonb_to_recordset($3::jsonb -> 'events') as r (
         at timestamptz, revision int, kind text, body jsonb)
   order by r.revision),
--- commands
commands_given as (
  insert into command (tenant_id, interaction_id, created_at, number, pbx_id, sent_epoch, body)
  select $1, $2, r.created_at, r.number, r.pbx_id, r.sent_epoch, r.body
    from jsonb_to_recordset($3::jsonb -> 'commands') as r (
         created_at timestamptz, number int, pbx_id uuid, sent_epoch bigint, body jsonb)
   order by r.number),
--- ticket
ticket_opened as (
  insert into ticket (tenant_id, id, callback_id, interaction_id, reason, opened_at)
  select $1, r.id, r.callback_id, $2, r.reason, r.opened_at
    from jsonb_to_recordset($3::jsonb -> 'ticket') as r (
         id uuid, callback_id uuid, reason text, opened_at timestamptz)
  -- Set aside and resumed before: its one ticket is opened again.
  on conflict (tenant_id, callback_id)
    do update set reason = excluded.reason, opened_at = excluded.opened_at, state = 'open', closed_at = null,
                  read_at = null),
--- closeTicket
ticket_closed as (
  update ticket t set state = 'closed', closed_at = r.closed_at, read_at = coalesce(t.read_at, r.closed_at)
    from jsonb_to_recordset($3::jsonb -> 'closeTicket') as r (callback_id uuid, closed_at timestamptz)
   where t.tenant_id = $1 and t.callback_id = r.callback_id and t.state = 'open')
--- end
select $3::jsonb ? 'newCallback' and not exists (select from new_callback) as number_taken;
