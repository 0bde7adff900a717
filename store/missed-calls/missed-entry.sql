-- The queue that a missed call was for: by the number $2 of ours that was called, or by the name $3 of the queue. With all
-- that decides about a callback of customer $4, who called at $5.
select q.id as queue_id, q.name, q.number, q.priority, q.callback, q.pbx_id, l.id as line_id,
       coalesce(n.priority, q.priority) as call_priority, coalesce(n.callback_enabled, true) as number_enabled,
       h.time_zone, h.weekly, h.holidays, s.time_zone as tenant_zone,
       nextval('place_sequence') as sequence,
       (select coalesce(jsonb_agg(r.rule), '[]') from rule_in_force r
         where r.tenant_id = q.tenant_id and (r.queue_id = q.id or r.number = n.number)) as rules,
       (select c.id from callback c
         where c.tenant_id = q.tenant_id and c.queue_id = q.id and c.number = $4 and c.open and not c.shared
         limit 1) as open_callback,
       exists (select from interaction i
                where i.tenant_id = q.tenant_id and i.queue_id = q.id and i.customer_number = $4
                  and i.entered_at > $5::timestamptz
                  and (i.state in ('waiting', 'offered', 'connected', 'wrapping-up') or i.ending = 'answered'))
         as called_again,
       exists (select from stop x
                where x.tenant_id = q.tenant_id and x.what = 'requests' and x.resumed_at is null
                  and (x.queue_id = q.id or x.pbx_id = q.pbx_id or coalesce(x.queue_id, x.pbx_id) is null))
         as requests_stopped
  from queue q
  left join inbound_number n on n.tenant_id = q.tenant_id and n.queue_id = q.id and n.number = $2
  join line l on l.tenant_id = q.tenant_id and l.queue_id = q.id
  left join hours h on h.tenant_id = q.tenant_id and h.id = q.hours_id
  left join tenant_settings s on s.tenant_id = q.tenant_id
 where q.tenant_id = $1 and (n.number is not null or q.name = $3)
 limit 1;
