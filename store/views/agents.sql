-- Every agent, or the one named $2.
select a.id, a.name, a.endpoint, b.name as pbx, a.presence, a.occupation, a.device, a.available, a.idle_since,
       array(select distinct q.name
               from agent_line al
               join line l on l.tenant_id = al.tenant_id and l.id = al.line_id
               join queue q on q.tenant_id = l.tenant_id and q.id = l.queue_id
              where al.tenant_id = a.tenant_id and al.agent_id = a.id
              order by q.name) as queues
  from agent a
  join pbx b on b.tenant_id = a.tenant_id and b.id = a.pbx_id
 where a.tenant_id = $1 and ($2::text is null or a.name = $2)
 order by a.name;
