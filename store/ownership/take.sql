-- Takes the connection to PBX $2 for node $3 until $4: when the lease has run out at $5, when the node holds the lock
-- that the former owner's session would hold ($6), or when it was its own before.
update pbx_owner
   set epoch = epoch + 1, owner = $3, lease_until = $4, ready = false
 where tenant_id = $1 and pbx_id = $2 and (lease_until < $5 or $6)
returning epoch;
