-- Available agents beside an interaction that they may take: what a crash between commit and match left behind.
select a.tenant_id, a.id from agent a
 where a.available
   and exists (select from pbx_owner o where o.tenant_id = a.tenant_id and o.pbx_id = a.pbx_id and o.ready)
   and exists (select from agent_line al
                 join place p on p.tenant_id = al.tenant_id and p.line_id = al.line_id
                where al.tenant_id = a.tenant_id and al.agent_id = a.id
                  and not exists (select from decline d
                                   where d.tenant_id = p.tenant_id and d.interaction_id = p.interaction_id
                                     and d.agent_id = a.id and d.until > $1))
 order by a.idle_since, a.id limit 100;
