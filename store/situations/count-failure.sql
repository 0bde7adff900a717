-- Interaction $2 could not be handled. Agent $3 (null: none was to get it) passes it over until $4.
with passed_over as (
  insert into decline (tenant_id, interaction_id, agent_id, until)
  select $1, $2, $3::uuid, $4 where $3::uuid is not null
  on conflict (tenant_id, interaction_id, agent_id) do update set until = excluded.until)
update interaction set failures = failures + 1 where tenant_id = $1 and id = $2 returning failures;
