-- Up to a hundred keys from before $1, whosever they are: what is kept for a day must not grow for years.
delete from idempotency_key k
 using (select tenant_id, key from idempotency_key where created_at <= $1 limit 100 for update skip locked) old
 where k.tenant_id = old.tenant_id and k.key = old.key;
