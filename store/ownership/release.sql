update pbx_owner set lease_until = '-infinity', ready = false
 where tenant_id = $1 and pbx_id = $2 and epoch = $3
returning 1;
