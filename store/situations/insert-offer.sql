insert into offer (tenant_id, id, interaction_id, agent_id, state, offered_at)
values ($1, $2, $3, $4, $5, $6);
