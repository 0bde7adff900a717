-- Of the queues in $2: what goes on in them, and whether something ever did.
select q.name,
       (select count(*) from interaction i
         where i.tenant_id = q.tenant_id and i.queue_id = q.id and i.state <> 'ended') as open,
       exists (select from interaction i where i.tenant_id = q.tenant_id and i.queue_id = q.id) as past
  from queue q
 where q.tenant_id = $1 and q.name = any ($2::text[])
