delete from parked where tenant_id = $1 and interaction_id = $2;
