-- What differs from schedule to schedule about the one queue: its settings, and whether it has opening hours.
update queue set callback = $1, hours_id = case when $2 then (select id from hours limit 1) end;
