-- Waits for every decision to dial that is being committed, and keeps the next ones waiting until this transaction ends:
-- they read the ownership of their PBX `for key share` first, and see the stop after that.
select 1 from pbx_owner o
 where o.tenant_id = $1
   and ($2::uuid is null or o.pbx_id = (select q.pbx_id from queue q where q.tenant_id = $1 and q.id = $2))
   and ($3::uuid is null or o.pbx_id = $3)
 order by o.pbx_id for update of o;
