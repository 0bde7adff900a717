insert into parked (tenant_id, line_id, priority, entered_at, seq, interaction_id, reason, due_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (tenant_id, interaction_id) do update set reason = excluded.reason, due_at = excluded.due_at;
