-- The events of the interaction of callback $2, in the order of its revisions, without the kinds of $3 and without
-- places that were parked for a reason of $4.
select e.at, e.kind, e.interaction_id, c.id as callback_id, q.name as queue, a.name as agent, a.id as agent_id, e.body
  from callback c
  join interaction i on i.tenant_id = c.tenant_id and i.id = c.interaction_id
  join queue q on q.tenant_id = i.tenant_id and q.id = i.queue_id
  join event e on e.tenant_id = i.tenant_id and e.interaction_id = i.id
  left join agent a on a.tenant_id = e.tenant_id and a.id = (e.body ->> 'agentId')::uuid
 where c.tenant_id = $1 and c.id = $2
   and e.kind <> all ($3::text[])
   and not (e.kind = 'place.parked' and e.body ->> 'reason' = any ($4::text[]))
 order by e.revision;
