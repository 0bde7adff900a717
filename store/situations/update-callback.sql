update callback
   set state = $3, attempts_used = $4, first_dialed_at = $5, ended_at = $6
 where tenant_id = $1 and id = $2;
