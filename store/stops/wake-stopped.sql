-- Whoever waits for the word of a supervisor is looked at now ($2), who has the better place first: who may still not be
-- called is parked again. Due times a microsecond apart keep the order for those who take them in batches.
with woken as (
  update parked k
     set due_at = $2::timestamptz - r.behind * interval '1 microsecond'
    from (select interaction_id,
                 row_number() over (order by priority, entered_at desc, seq desc) as behind
            from parked where tenant_id = $1 and reason = 'dialling-stopped') r
   where k.tenant_id = $1 and k.interaction_id = r.interaction_id
  returning k.interaction_id, k.due_at)
update timer t set due_at = woken.due_at, claimed_until = '-infinity' from woken
 where t.tenant_id = $1 and t.interaction_id = woken.interaction_id and t.kind = 'parked';
