-- Up to a thousand first offers to callers from before $1, further back than any report looks.
delete from spoken_offer s
 using (select tenant_id, interaction_id from spoken_offer where spoken_at < $1 limit 1000 for update skip locked) old
 where s.tenant_id = old.tenant_id and s.interaction_id = old.interaction_id
returning 1;
