-- The agents of line $2 as they are judged for interaction $3: those who could be asked first, the longest idle first.
select a.id, a.name, a.endpoint, a.presence, a.occupation, a.leg_id, a.device, a.idle_since,
       r.agent_id is not null as is_held, d.until as not_before
  from agent_line al
  join agent a on a.tenant_id = al.tenant_id and a.id = al.agent_id
  left join reservation r on r.tenant_id = a.tenant_id and r.agent_id = a.id and r.interaction_id = $3
  left join decline d on d.tenant_id = a.tenant_id and d.agent_id = a.id and d.interaction_id = $3
 where al.tenant_id = $1 and al.line_id = $2
 order by (r.agent_id is not null) desc, a.available desc, a.idle_since, a.id limit 50;
