-- Tickets by id, with their callback, their notes and the callbacks that were made for them.
select t.id, t.state, t.reason, t.assignee, t.opened_at, t.read_at, t.closed_at,
       c.id as callback_id, c.number, c.state as callback_state, q.name as queue,
       coalesce((select jsonb_agg(jsonb_build_object(
                          'at', (extract(epoch from n.at) * 1000)::float8, 'author', n.author, 'text', n.text)
                        order by n.number)
                   from ticket_note n where n.tenant_id = t.tenant_id and n.ticket_id = t.id), '[]') as notes,
       coalesce((select jsonb_agg(jsonb_build_object('callbackId', a.id, 'state', a.state) order by a.requested_at)
                   from callback a where a.tenant_id = t.tenant_id and a.for_ticket_id = t.id), '[]') as called_again
  from ticket t
  join callback c on c.tenant_id = t.tenant_id and c.id = t.callback_id
  join queue q on q.tenant_id = c.tenant_id and q.id = c.queue_id
 where t.tenant_id = $1 and t.id = any ($2::uuid[])
 order by t.opened_at desc, t.id;
