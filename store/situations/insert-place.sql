insert into place (tenant_id, line_id, priority, entered_at, seq, interaction_id)
values ($1, $2, $3, $4, $5, $6)
on conflict (tenant_id, interaction_id) do nothing;
