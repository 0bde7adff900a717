-- Up to $3 timers that are due at $1, kept from other workers until $2. Whoever takes one marks it in the same breath, and
-- handling it takes the mark away: a timer that bears one already has outlived the worker who took it (F21).
update timer t set claimed_until = $2, tries = greatest(t.tries, 1)
  from (select tenant_id, interaction_id, kind, tries from timer
         where due_at <= $1 and claimed_until <= $1
         order by due_at, interaction_id, kind limit $3 for update skip locked) due
 where t.tenant_id = due.tenant_id and t.interaction_id = due.interaction_id and t.kind = due.kind
returning t.tenant_id, t.interaction_id, t.kind, due.tries;
