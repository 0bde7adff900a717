-- One more try of timer $3 of interaction $2 begins, kept from other workers until $4.
update timer set tries = tries + 1, claimed_until = $4 where tenant_id = $1 and interaction_id = $2 and kind = $3;
