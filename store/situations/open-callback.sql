select id from callback where tenant_id = $1 and queue_id = $2 and number = $3 and open and not shared;
