-- Locks ticket $2 through its interaction, as everything of an interaction is locked.
select i.id as interaction_id, i.queue_id
  from ticket t join interaction i on i.tenant_id = t.tenant_id and i.id = t.interaction_id
 where t.tenant_id = $1 and t.id = $2 for update of i;
