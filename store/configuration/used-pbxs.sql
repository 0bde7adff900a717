-- Of the PBXs in $2: what goes on there. Calls of the past do not hold a PBX.
select p.name,
       (select count(*) from interaction i
         where i.tenant_id = p.tenant_id and i.pbx_id = p.id and i.state <> 'ended') as open,
       false as past
  from pbx p
 where p.tenant_id = $1 and p.name = any ($2::text[])
