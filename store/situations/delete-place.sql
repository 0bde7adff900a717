delete from place where tenant_id = $1 and interaction_id = $2;
