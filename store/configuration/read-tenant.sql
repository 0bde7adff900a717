select s.time_zone as "timeZone" from tenant_settings s where s.tenant_id = $1
