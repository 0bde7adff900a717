-- Callbacks by id, with what stands about them in other tables.
select c.id, c.interaction_id, q.name as queue, c.number, c.state, c.origin, c.strategy, c.requested_at,
       c.chosen_at, c.chosen_wall_time, c.chosen_time_zone, c.stated_zone,
       i.entered_at as first_entered_at, coalesce(i.reentered_at, i.entered_at) as entered_at, k.due_at, c.attempts_used, (q.callback ->> 'attemptsMax')::int as attempts_max,
       t.id as ticket_id, t.reason as ticket_reason, c.ended_at, clock_timestamp() as now
  from callback c
  join interaction i on i.tenant_id = c.tenant_id and i.id = c.interaction_id
  join queue q on q.tenant_id = c.tenant_id and q.id = c.queue_id
  left join parked k on k.tenant_id = c.tenant_id and k.interaction_id = c.interaction_id
  left join ticket t on t.tenant_id = c.tenant_id and t.callback_id = c.id
 where c.tenant_id = $1 and c.id = any ($2::uuid[])
 order by c.requested_at desc, c.id;
