insert into attempt (
  tenant_id, id, callback_id, interaction_id, pbx_id, agent_id, number, state, started_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);
