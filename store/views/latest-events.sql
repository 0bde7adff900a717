-- The last $2 events of the centre, without the kinds of $3 and without places that were parked for a reason of $4. Ids are handed out before commits, which does not matter for a glance.
select e.at, e.kind, e.interaction_id, c.id as callback_id, q.name as queue, a.name as agent, a.id as agent_id, e.body
  from (select * from event where tenant_id = $1 and kind <> all ($3::text[])
           and not (kind = 'place.parked' and body ->> 'reason' = any ($4::text[]))
         order by id desc limit $2) e
  left join interaction i on i.tenant_id = e.tenant_id and i.id = e.interaction_id
  left join queue q on q.tenant_id = i.tenant_id and q.id = i.queue_id
  left join callback c on c.tenant_id = i.tenant_id and c.interaction_id = i.id
  left join agent a on a.tenant_id = e.tenant_id and a.id = (e.body ->> 'agentId')::uuid
 order by e.id desc;
