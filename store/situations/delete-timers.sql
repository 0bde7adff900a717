delete from timer where tenant_id = $1 and interaction_id = $2 and kind = any ($3::text[]);
