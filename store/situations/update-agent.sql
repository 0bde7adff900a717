update agent set occupation = $3, leg_id = $4, idle_since = $5 where tenant_id = $1 and id = $2;
