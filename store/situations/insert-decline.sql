insert into decline (tenant_id, interaction_id, agent_id, until) values ($1, $2, $3, $4)
on conflict (tenant_id, interaction_id, agent_id) do update set until = excluded.until;
