delete from reservation where tenant_id = $1 and agent_id = $2;
