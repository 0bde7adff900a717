-- Every queue with those who wait and those who serve. A caller whose agent's phone rings has left `place` but waits on.
select q.id, q.name, q.number, b.name as pbx,
       calls.count as waiting_calls, line.callbacks as callbacks_in_line, parked.callbacks as callbacks_parked,
       least(calls.since, line.since) as waiting_since, agents.serving, agents.available
  from queue q
  join pbx b on b.tenant_id = q.tenant_id and b.id = q.pbx_id
 cross join lateral (
   select count(*), min(i.entered_at) as since from interaction i
    where i.tenant_id = q.tenant_id and i.queue_id = q.id and i.state in ('waiting', 'offered')) calls
 cross join lateral (
   select count(*) filter (where i.state = 'callback') as callbacks, min(p.entered_at) as since
     from line l
     join place p on p.tenant_id = l.tenant_id and p.line_id = l.id
     join interaction i on i.tenant_id = p.tenant_id and i.id = p.interaction_id
    where l.tenant_id = q.tenant_id and l.queue_id = q.id) line
 cross join lateral (
   select count(*) as callbacks
     from line l
     join parked k on k.tenant_id = l.tenant_id and k.line_id = l.id
     join interaction i on i.tenant_id = k.tenant_id and i.id = k.interaction_id
    where l.tenant_id = q.tenant_id and l.queue_id = q.id and i.state = 'callback') parked
 cross join lateral (
   select count(distinct a.id) as serving, count(distinct a.id) filter (where a.available) as available
     from line l
     join agent_line al on al.tenant_id = l.tenant_id and al.line_id = l.id
     join agent a on a.tenant_id = al.tenant_id and a.id = al.agent_id
    where l.tenant_id = q.tenant_id and l.queue_id = q.id) agents
 where q.tenant_id = $1
 order by q.name;
