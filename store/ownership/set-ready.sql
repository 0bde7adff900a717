update pbx_owner set ready = $4
 where tenant_id = $1 and pbx_id = $2 and epoch = $3
returning 1;
