select a.id, a.callback_id, a.second_chance, a.state, a.outcome, a.started_at, a.dialed_at, a.answered_at, a.ended_at
  from attempt a
 where a.tenant_id = $1 and a.callback_id = any ($2::uuid[])
 order by a.started_at, a.id;
