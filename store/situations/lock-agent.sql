select 1 from agent where tenant_id = $1 and id = $2 for update;
