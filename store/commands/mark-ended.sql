update command c set state = e.state, problem = e.problem
  from jsonb_to_recordset($1::jsonb)
       as e (tenant_id uuid, interaction_id uuid, number int, state text, problem text)
 where c.tenant_id = e.tenant_id and c.interaction_id = e.interaction_id and c.number = e.number
   and c.state = 'pending';
