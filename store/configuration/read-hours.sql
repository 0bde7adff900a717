select id, name, time_zone as "timeZone", weekly, holidays
  from hours
 where tenant_id = $1
 order by name collate "C"
