update interaction
   set state = $3, call_state = $4, ending = $5, revision = $6, next_command = $7
 where tenant_id = $1 and id = $2;
