select id, name, behaviour
  from profile
 where tenant_id = $1
 order by name collate "C"
