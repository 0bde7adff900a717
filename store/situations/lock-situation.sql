-- Locks all that interaction $2 is decided about, in the one order that everybody keeps: the agent who is held for it, then
-- the interaction, then the ownership of its PBX under epoch $3 (null: not asked). Each part waits for the one before it.
with
locked_agent as materialized (
  select a.id from agent a
   where a.tenant_id = $1
     and a.id in (select r.agent_id from reservation r where r.tenant_id = $1 and r.interaction_id = $2)
     for update of a),
locked_interaction as materialized (
  select i.pbx_id from interaction i
   where i.tenant_id = $1 and i.id = $2 and (select count(*) from locked_agent) >= 0
     for update of i),
fence as materialized (
  select 1 from pbx_owner o
   where o.tenant_id = $1 and o.pbx_id = (select pbx_id from locked_interaction) and o.epoch = $3
     for key share of o)
select (select id from locked_agent) as agent_id,
       exists (select from locked_interaction) and ($3::bigint is null or exists (select from fence)) as held;
