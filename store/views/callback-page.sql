-- One page of callbacks, newest first, beginning behind ($5, $6). The time comes back as text with its microseconds,
-- which a JavaScript date would lose, so that the next page begins exactly where this one ends.
select c.id, to_char(c.requested_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as requested_at_text
  from callback c
 where c.tenant_id = $1
   and ($2::text[] is null or c.state = any ($2))
   and ($3::uuid is null or c.queue_id = $3)
   and ($4::text is null or c.number = $4)
   and ($5::timestamptz is null or c.requested_at <= $5 and (c.requested_at < $5 or c.id > $6::uuid))
 order by c.requested_at desc, c.id
 limit $7;
