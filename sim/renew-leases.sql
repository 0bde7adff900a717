-- What the renewals that a simulation has passed over have written: the lease of every owner that lives runs until $1.
update pbx_owner set lease_until = $1 where owner = any ($2::text[]);
