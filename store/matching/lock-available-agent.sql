-- Waits for the agent's lock, so that a change that is just being committed is seen (a skipped lock loses matches).
select clock_timestamp() as now from agent a
 where a.tenant_id = $1 and a.id = $2 and a.available
   and exists (select from pbx_owner o where o.tenant_id = a.tenant_id and o.pbx_id = a.pbx_id and o.ready)
   for update of a;
