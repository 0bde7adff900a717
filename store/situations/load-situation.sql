-- Interaction $2 with all that is live around it. A statement of its own after the locks: it needs a fresh snapshot.
select
  i.id, i.queue_id, i.pbx_id, i.line_id, i.state, i.customer_number, i.dialled_number,
  i.priority, i.entered_at, i.reentered_at, i.sequence, i.call_leg_id, i.call_state, i.call_ending, i.call_ended_at,
  i.ending, i.number_refusal, i.revision, i.next_command,
  p.interaction_id is not null as in_line, k.reason as park_reason, k.due_at as parked_until,
  q.name as queue_name, q.number as queue_number, q.priority as queue_priority, q.callback as queue_callback,
  coalesce(n.callback_enabled, true) as number_enabled,
  (select coalesce(jsonb_agg(r.rule), '[]') from rule_in_force r
    where r.tenant_id = i.tenant_id and (r.queue_id = i.queue_id or r.number = i.dialled_number)) as rules,
  -- The promise that the customer's number already has in this queue by another interaction.
  (select o.id from callback o
    where o.tenant_id = i.tenant_id and o.queue_id = i.queue_id and o.number = i.customer_number and o.open
      and not o.shared and o.interaction_id <> i.id) as other_open_callback,
  -- The place of that promise, unless it is being kept at this moment or was made after this call had come in.
  (select jsonb_build_object('lineId', h.line_id, 'priority', h.priority, 'sequence', h.sequence,
            'enteredAt', (extract(epoch from coalesce(h.reentered_at, h.entered_at)) * 1000)::float8)
     from callback o join interaction h on h.tenant_id = o.tenant_id and h.id = o.interaction_id
    where o.tenant_id = i.tenant_id and o.queue_id = i.queue_id and o.number = i.customer_number and o.open
      and not o.shared and o.interaction_id <> i.id
      and o.state not in ('holding', 'connected', 'wrapping-up') and o.requested_at < i.entered_at) as held_place,
  -- True when the customer was answered in this queue by a later call of their own.
  c.id is not null and not c.shared and exists (
    select from interaction other
     where other.tenant_id = i.tenant_id and other.queue_id = i.queue_id and other.customer_number = c.number
       and (other.state in ('connected', 'wrapping-up') or other.ending = 'answered')
       and other.id <> i.id and other.entered_at > c.requested_at) as got_through,
  h.time_zone, h.weekly, h.holidays, s.time_zone as tenant_zone,
  c.id as callback_id, c.state as callback_state, c.number as callback_number, c.origin, c.requested_at,
  c.chosen_at, c.chosen_wall_time, c.chosen_time_zone, c.stated_zone,
  c.attempts_used, c.first_dialed_at, c.second_chance, c.inactive_at, c.ended_at, c.rule, c.overrides, c.not_before,
  c.number_refusal as callback_number_refusal,
  -- Who was set aside before has a ticket already.
  (select t.id from ticket t where t.tenant_id = c.tenant_id and t.callback_id = c.id) as ticket_id,
  o.id as offer_id, o.state as offer_state, o.offered_at, o.connected_at,
  t.id as attempt_id, t.state as attempt_state, t.number as attempt_number, t.second_chance as is_second_chance,
  t.started_at, t.route_id,
  t.dialed_at, t.answered_at, t.noted_outcome,
  a.id as agent_id, a.name as agent_name, a.endpoint, a.presence, a.occupation, a.leg_id as agent_leg_id,
  a.device, a.idle_since,
  (select coalesce(jsonb_object_agg(kind, (extract(epoch from due_at) * 1000)::float8), '{}')
     from timer where tenant_id = i.tenant_id and interaction_id = i.id) as timers,
  -- True while a call with the customer's number is up: one of theirs, or one of ours for another attempt. Who calls from a
  -- shared number is somebody else, and only our own calls count.
  c.id is not null and (
    not c.shared and exists (
      select from interaction other
       where other.tenant_id = c.tenant_id and other.customer_number = c.number and other.call_state <> 'gone')
    or exists (select from attempt other
                where other.tenant_id = c.tenant_id and other.number = c.number
                  and other.id is distinct from t.id
                  and other.state in ('dialing', 'in-doubt', 'cancelling', 'connected'))) as on_call,
  exists (select from stop x
           where x.tenant_id = i.tenant_id and x.what = 'requests' and x.resumed_at is null
             and (x.queue_id = i.queue_id or x.pbx_id = i.pbx_id or coalesce(x.queue_id, x.pbx_id) is null))
    as requests_stopped,
  (select coalesce(jsonb_agg(jsonb_build_object(
                     'from', (extract(epoch from x.stopped_at) * 1000)::float8,
                     'to', (extract(epoch from x.resumed_at) * 1000)::float8) order by x.stopped_at), '[]')
     from stop x
    where x.tenant_id = i.tenant_id and x.what = 'dialling' and coalesce(x.resumed_at, 'infinity') > i.entered_at
      and (x.queue_id = i.queue_id or x.pbx_id = i.pbx_id or coalesce(x.queue_id, x.pbx_id) is null))
    as stopped_spans,
  -- When the last attempt to reach this number ended, whatever promise it was for, of those that count.
  (select other.ended_at from attempt other
    where other.tenant_id = c.tenant_id and other.number = c.number
      and other.outcome not in ('congestion', 'agent-lost', 'blocked')
    order by other.ended_at desc limit 1) as last_tried_until,
  clock_timestamp() as now
from interaction i
join queue q on q.tenant_id = i.tenant_id and q.id = i.queue_id
left join hours h on h.tenant_id = q.tenant_id and h.id = q.hours_id
left join inbound_number n on n.tenant_id = i.tenant_id and n.number = i.dialled_number
left join tenant_settings s on s.tenant_id = i.tenant_id
left join place p on p.tenant_id = i.tenant_id and p.interaction_id = i.id
left join parked k on k.tenant_id = i.tenant_id and k.interaction_id = i.id
left join callback c on c.tenant_id = i.tenant_id and c.interaction_id = i.id
left join offer o on o.tenant_id = i.tenant_id and o.interaction_id = i.id and o.state <> 'over'
left join attempt t on t.tenant_id = c.tenant_id and t.callback_id = c.id and t.state <> 'ended'
left join reservation r on r.tenant_id = i.tenant_id and r.interaction_id = i.id
left join agent a on a.tenant_id = r.tenant_id and a.id = r.agent_id
where i.tenant_id = $1 and i.id = $2;
