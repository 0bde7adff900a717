-- Of the agents in $2: whether they are held by a call, and whether they ever were asked to take one.
select a.name,
       (a.leg_id is not null or a.occupation <> 'idle'
        or exists (select from reservation r where r.tenant_id = a.tenant_id and r.agent_id = a.id))::int as open,
       exists (select from offer o where o.tenant_id = a.tenant_id and o.agent_id = a.id) as past
  from agent a
 where a.tenant_id = $1 and a.name = any ($2::text[])
