-- What is unsent or unfinished on PBX $2: left by another node, by a former life of this one, or by a commit whose
-- success this node never heard of. The owner leaves out what it is just carrying out.
select interaction_id, number, body, sent_epoch from command
 where tenant_id = $1 and pbx_id = $2 and state = 'pending'
   and created_at <= $3
 order by created_at, interaction_id, number limit 500;
