-- Who is held for interaction $2; read without a lock, so that the agent can be locked before the interaction.
select agent_id from reservation where tenant_id = $1 and interaction_id = $2;
