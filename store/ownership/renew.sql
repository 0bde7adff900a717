update pbx_owner set lease_until = $5
 where tenant_id = $1 and pbx_id = $2 and owner = $3 and epoch = $4
returning 1;
