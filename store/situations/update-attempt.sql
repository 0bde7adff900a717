update attempt
   set state = $3, route_id = $4, dialed_at = $5, answered_at = $6, noted_outcome = $7, outcome = $8,
       ended_at = $9, epoch = coalesce($10, epoch), caller_id = coalesce($11, caller_id)
 where tenant_id = $1 and id = $2;
