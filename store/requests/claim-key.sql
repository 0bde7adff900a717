-- Takes key $2 for the request with hash $3 at $4. A row that somebody else is just writing is waited for; one from before
-- $5 is forgotten and taken over. Nothing comes back when the key is in use.
insert into idempotency_key as k (tenant_id, key, request_hash, created_at) values ($1, $2, $3, $4)
    on conflict (tenant_id, key) do update
       set request_hash = excluded.request_hash, created_at = excluded.created_at, callback_id = null
     where k.created_at <= $5
returning 1 as claimed;
