-- The best place that agent $2, locked before, may take now ($3). Run as a statement of its own after the agent's lock,
-- so that it sees a fresh snapshot. Interactions that somebody is changing at this moment are passed over: whether they
-- can be taken is just being decided.
with head as materialized (
  select h.* from agent_line al cross join lateral (
    select p.interaction_id, p.priority, p.entered_at, p.seq from place p
     where p.tenant_id = al.tenant_id and p.line_id = al.line_id
       and not exists (select from decline d
                        where d.tenant_id = p.tenant_id and d.interaction_id = p.interaction_id
                          and d.agent_id = $2 and d.until > $3)
     order by p.priority desc, p.entered_at, p.seq limit 16) h
   where al.tenant_id = $1 and al.agent_id = $2
   order by h.priority desc, h.entered_at, h.seq limit 32),
pick as (
  select p.interaction_id from head h
    join place p on p.tenant_id = $1 and p.interaction_id = h.interaction_id
    join interaction i on i.tenant_id = $1 and i.id = h.interaction_id
   order by h.priority desc, h.entered_at, h.seq limit 1 for update of p, i skip locked),
gone as (
  delete from place p using pick
   where p.tenant_id = $1 and p.interaction_id = pick.interaction_id returning p.interaction_id),
held as (
  insert into reservation (tenant_id, agent_id, interaction_id)
  select $1, $2, interaction_id from gone returning interaction_id)
update agent a set occupation = 'reserved' from held
 where a.tenant_id = $1 and a.id = $2 returning held.interaction_id;
