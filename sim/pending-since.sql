-- Since when a command of tenant $1 waits to be sent, or to be noted as done.
select (extract(epoch from min(c.created_at)) * 1000)::float8 as pending_since
  from command c where c.tenant_id = $1 and c.state = 'pending';
