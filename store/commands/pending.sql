-- What another node, or a former life of this one, left unsent or unfinished on PBX $2. $3 is the owner's epoch.
select interaction_id, number, body, sent_epoch from command
 where tenant_id = $1 and pbx_id = $2 and state = 'pending'
   and (sent_epoch is null or sent_epoch < $3) and created_at <= $4
 order by created_at, interaction_id, number limit 500;
