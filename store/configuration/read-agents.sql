select a.id, a.name, p.name as pbx, a.endpoint,
       coalesce(
         (select jsonb_agg(distinct q.name)
            from agent_line al
            join line l on l.tenant_id = al.tenant_id and l.id = al.line_id
            join queue q on q.tenant_id = l.tenant_id and q.id = l.queue_id
           where al.tenant_id = a.tenant_id and al.agent_id = a.id),
         '[]') as queues
  from agent a
  join pbx p on p.tenant_id = a.tenant_id and p.id = a.pbx_id
 where a.tenant_id = $1
 order by a.name collate "C"
