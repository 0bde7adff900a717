update offer set state = $3, ending = $4, connected_at = $5, ended_at = $6
 where tenant_id = $1 and id = $2;
