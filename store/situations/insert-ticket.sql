insert into ticket (tenant_id, id, callback_id, interaction_id, reason, opened_at)
values ($1, $2, $3, $4, $5, $6);
