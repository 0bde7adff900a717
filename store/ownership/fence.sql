-- Every transaction that leads to a dial: nobody can take the connection over until it commits.
select 1 from pbx_owner where tenant_id = $1 and pbx_id = $2 and epoch = $3 for key share;
