-- Agents who could take someone from line $2 now, the longest idle first.
select a.id from agent_line al
  join agent a on a.tenant_id = al.tenant_id and a.id = al.agent_id
 where al.tenant_id = $1 and al.line_id = $2 and a.available
 order by a.idle_since, a.id limit 8;
