-- Up to a thousand calls that other systems told of before $1. Told again, such a call lies further back than any look-back.
delete from missed_call m
 using (select tenant_id, external_id from missed_call where told_at < $1 limit 1000 for update skip locked) old
 where m.tenant_id = old.tenant_id and m.external_id = old.external_id
returning 1;
