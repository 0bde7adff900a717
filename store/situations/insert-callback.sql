-- No row comes back when the number already has an open callback in this queue.
insert into callback (
  tenant_id, id, interaction_id, queue_id, number, origin, state, requested_at, attempts_used,
  first_dialed_at, ended_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (tenant_id, queue_id, number) where open do nothing
returning id;
