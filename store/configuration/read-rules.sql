select r.id, r.name, r.type, q.name as queue, r.number, r.enabled, r.delay_seconds as "delaySeconds",
       r.minimum_wait_seconds as "minimumWaitSeconds", r.look_back_seconds as "lookBackSeconds",
       p.name as profile, r.behaviour
  from rule r
  left join queue q on q.tenant_id = r.tenant_id and q.id = r.queue_id
  left join profile p on p.tenant_id = r.tenant_id and p.id = r.profile_id
 where r.tenant_id = $1
 order by r.name collate "C"
