-- What the auditor reads between two steps: all that is open, all that was told since event $1, and what a node would find
-- if it looked now. $2 is the tenant. A part is read again when a statement has named one of its tables as written.
select $1::bigint as after, $2::uuid as tenant,
--- events
  (select json_agg(json_build_object(
            'id', e.id, 'interaction', e.interaction_id, 'revision', e.revision, 'agent', e.agent_id,
            'kind', e.kind, 'at', extract(epoch from e.at) * 1000, 'body', e.body) order by e.id)
     from event e where e.tenant_id = $2 and e.id > $1) as events,
--- interactions
  (select json_agg(json_build_object(
            'id', i.id, 'state', i.state, 'number', i.customer_number, 'leg', i.call_leg_id,
            'callState', i.call_state, 'revision', i.revision, 'inLine', p.interaction_id is not null,
            'parked', k.reason, 'priority', coalesce(p.priority, i.priority),
            'entered', extract(epoch from coalesce(p.entered_at, i.entered_at)) * 1000,
            'sequence', coalesce(p.seq, i.sequence),
            'timers', (select coalesce(json_agg(t.kind order by t.kind), '[]') from timer t where t.tenant_id = $2 and t.interaction_id = i.id)) order by i.id)
     from interaction i
     left join place p on p.tenant_id = $2 and p.interaction_id = i.id
     left join parked k on k.tenant_id = $2 and k.interaction_id = i.id
    where i.tenant_id = $2 and i.state <> 'ended') as interactions,
--- callbacks
  (select json_agg(json_build_object(
            'id', c.id, 'interaction', c.interaction_id, 'number', c.number, 'state', c.state,
            'open', c.open, 'used', c.attempts_used,
            'tickets', (select count(*) from ticket t where t.tenant_id = $2 and t.callback_id = c.id)) order by c.id)
     from callback c where c.tenant_id = $2) as callbacks,
--- attempts
  (select json_agg(json_build_object(
            'id', t.id, 'callback', t.callback_id, 'number', t.number, 'state', t.state, 'epoch', t.epoch,
            'agent', t.agent_id) order by t.id)
     from attempt t where t.tenant_id = $2 and t.state <> 'ended') as attempts,
--- offers
  (select json_agg(json_build_object(
            'id', o.id, 'interaction', o.interaction_id, 'agent', o.agent_id, 'state', o.state) order by o.id)
     from offer o where o.tenant_id = $2 and o.state <> 'over') as offers,
--- agents
  (select json_agg(json_build_object(
            'id', a.id, 'name', a.name, 'endpoint', a.endpoint, 'presence', a.presence,
            'occupation', a.occupation, 'leg', a.leg_id, 'available', a.available,
            'reserved', (select r.interaction_id from reservation r where r.tenant_id = $2 and r.agent_id = a.id)) order by a.name)
     from agent a where a.tenant_id = $2) as agents,
--- declines
  (select json_agg(json_build_object(
            'interaction', d.interaction_id, 'agent', d.agent_id, 'until', extract(epoch from d.until) * 1000) order by d.interaction_id)
     from decline d where d.tenant_id = $2) as declines,
--- owner
  (select json_build_object('node', o.owner, 'epoch', o.epoch, 'ready', o.ready)
     from pbx_owner o where o.tenant_id = $2 limit 1) as owner,
--- due_at
  (select extract(epoch from min(greatest(t.due_at, t.claimed_until))) * 1000 from timer t where t.tenant_id = $2)::float8 as due_at,
--- pending_since
  (select extract(epoch from min(c.created_at)) * 1000 from command c where c.tenant_id = $2 and c.state = 'pending')::float8 as pending_since
