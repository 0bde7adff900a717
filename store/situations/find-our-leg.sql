-- Whose leg a channel with an id of ours is: an agent's (by its offer) or a customer's (by its attempt).
select tenant_id, interaction_id, 'agent' as role from offer where id = $1 and state <> 'over'
union all
select tenant_id, interaction_id, 'customer' from attempt where id = $1 and state <> 'ended'
union all
select r.tenant_id, r.interaction_id, 'agent' from agent a
  join reservation r on r.tenant_id = a.tenant_id and r.agent_id = a.id
 where a.leg_id = $1::text
limit 1;
