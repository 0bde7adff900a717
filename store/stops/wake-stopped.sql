-- Whoever waits for the word of a supervisor is looked at now ($2): who may still not be called is parked again.
with woken as (
  update parked set due_at = $2 where tenant_id = $1 and reason = 'dialling-stopped' returning interaction_id)
update timer t set due_at = $2, claimed_until = '-infinity' from woken
 where t.tenant_id = $1 and t.interaction_id = woken.interaction_id and t.kind = 'parked';
