-- Of the routes in $2, named pbx/route: how many calls they carry. Calls of the past do not hold a route.
select p.name || '/' || r.name as name,
       (select count(*) from attempt t
         where t.tenant_id = r.tenant_id and t.route_id = r.id and t.state <> 'ended') as open,
       false as past
  from route r
  join pbx p on p.tenant_id = r.tenant_id and p.id = r.pbx_id
 where r.tenant_id = $1 and p.name || '/' || r.name = any ($2::text[])
