-- Every leg that our records say is alive on PBX $2.
select i.id as interaction_id, i.call_leg_id as leg_id, 'call' as role,
       case when i.call_state = 'leaving' then 'leaving' else i.state end as state, i.entered_at as since,
       true as placed
  from interaction i
 where i.tenant_id = $1 and i.pbx_id = $2 and i.call_state <> 'gone'
union all
select r.interaction_id, a.leg_id, 'agent', coalesce(o.state, 'over'), coalesce(o.offered_at, a.idle_since),
       exists (select from command c
                where c.tenant_id = r.tenant_id and c.interaction_id = r.interaction_id and c.state = 'done'
                  and c.body ->> 'kind' = 'ring-agent' and c.body ->> 'offerId' = a.leg_id)
  from agent a
  left join reservation r on r.tenant_id = a.tenant_id and r.agent_id = a.id
  left join offer o on o.tenant_id = a.tenant_id and o.id::text = a.leg_id
 where a.tenant_id = $1 and a.pbx_id = $2 and a.leg_id is not null
union all
select t.interaction_id, t.id::text, 'customer', t.state, coalesce(t.dialed_at, t.started_at), false
  from attempt t
 where t.tenant_id = $1 and t.pbx_id = $2 and t.state in ('dialing', 'in-doubt', 'cancelling', 'connected')
 order by leg_id;
