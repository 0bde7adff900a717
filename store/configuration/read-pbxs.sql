select p.id, p.name, p.driver, p.settings,
       coalesce(
         (select jsonb_agg(
            jsonb_build_object('id', r.id, 'name', r.name, 'dial', r.dial, 'callerId', r.caller_id, 'lines', r.lines)
            order by r.position, r.name)
            from route r where r.tenant_id = p.tenant_id and r.pbx_id = p.id),
         '[]') as routes
  from pbx p
 where p.tenant_id = $1
 order by p.name collate "C"
