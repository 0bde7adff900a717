insert into timer (tenant_id, interaction_id, kind, due_at) values ($1, $2, $3, $4)
on conflict (tenant_id, interaction_id, kind)
  do update set due_at = excluded.due_at, claimed_until = '-infinity';
