-- One page of tickets, newest first, beginning behind ($6, $7). The time comes back as text with its microseconds, which
-- a JavaScript date would lose, so that the next page begins exactly where this one ends.
select t.id, to_char(t.opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as opened_at_text
  from ticket t
  join callback c on c.tenant_id = t.tenant_id and c.id = t.callback_id
 where t.tenant_id = $1
   and ($2::text is null or t.state = $2)
   and ($3::text is null or t.assignee = $3)
   and ($4::uuid is null or c.queue_id = $4)
   and ($5::boolean is null or (t.read_at is null) = $5)
   and ($6::timestamptz is null or t.opened_at <= $6 and (t.opened_at < $6 or t.id > $7::uuid))
 order by t.opened_at desc, t.id
 limit $8;
