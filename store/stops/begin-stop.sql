-- Stops $3 for queue $4, PBX $5, or with neither for everything. No row comes back when it is stopped already.
insert into stop (tenant_id, id, what, queue_id, pbx_id, scope, stopped_at, stopped_by, reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (tenant_id, what, queue_id, pbx_id) where resumed_at is null do nothing
returning 1;
