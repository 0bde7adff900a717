-- What the auditor reads between two steps: all that is open, all that was told since event $1, and what a node would find
-- if it looked now ($2).
select
  (select coalesce(jsonb_agg(jsonb_build_object(
            'id', e.id, 'interaction', e.interaction_id, 'revision', e.revision, 'agent', e.agent_id,
            'kind', e.kind, 'at', extract(epoch from e.at) * 1000, 'body', e.body) order by e.id), '[]')
     from event e where e.tenant_id = $3 and e.id > $1) as events,
  (select coalesce(jsonb_agg(jsonb_build_object(
            'id', i.id, 'state', i.state, 'number', i.customer_number, 'leg', i.call_leg_id,
            'callState', i.call_state, 'revision', i.revision, 'inLine', p.interaction_id is not null,
            'parked', k.reason, 'priority', coalesce(p.priority, i.priority),
            'entered', extract(epoch from coalesce(p.entered_at, i.entered_at)) * 1000,
            'sequence', coalesce(p.seq, i.sequence),
            'timers', (select coalesce(jsonb_agg(t.kind), '[]') from timer t where t.tenant_id = $3 and t.interaction_id = i.id))), '[]')
     from interaction i
     left join place p on p.tenant_id = $3 and p.interaction_id = i.id
     left join parked k on k.tenant_id = $3 and k.interaction_id = i.id
    where i.tenant_id = $3 and i.state <> 'ended') as interactions,
  (select coalesce(jsonb_agg(jsonb_build_object(
            'id', c.id, 'interaction', c.interaction_id, 'number', c.number, 'state', c.state,
            'open', c.open, 'used', c.attempts_used,
            'tickets', (select count(*) from ticket t where t.tenant_id = $3 and t.callback_id = c.id))), '[]')
     from callback c) as callbacks,
  (select coalesce(jsonb_agg(jsonb_build_object(
            'id', t.id, 'callback', t.callback_id, 'number', t.number, 'state', t.state, 'epoch', t.epoch,
            'agent', t.agent_id)), '[]')
     from attempt t where t.state <> 'ended') as attempts,
  (select coalesce(jsonb_agg(jsonb_build_object(
            'id', o.id, 'interaction', o.interaction_id, 'agent', o.agent_id, 'state', o.state)), '[]')
     from offer o where o.state <> 'over') as offers,
  (select coalesce(jsonb_agg(jsonb_build_object(
            'id', a.id, 'name', a.name, 'endpoint', a.endpoint, 'presence', a.presence,
            'occupation', a.occupation, 'leg', a.leg_id, 'available', a.available,
            'reserved', (select r.interaction_id from reservation r where r.tenant_id = $3 and r.agent_id = a.id),
            'declined', (select coalesce(jsonb_agg(d.interaction_id), '[]') from decline d
                          where d.tenant_id = $3 and d.agent_id = a.id and d.until > $2)) order by a.name), '[]')
     from agent a) as agents,
  (select jsonb_build_object('node', o.owner, 'epoch', o.epoch, 'ready', o.ready)
     from pbx_owner o limit 1) as owner,
  (select extract(epoch from min(greatest(t.due_at, t.claimed_until))) * 1000 from timer t)::float8 as due_at,
  (select extract(epoch from min(c.created_at)) * 1000 from command c where c.state = 'pending')::float8 as pending_since;
