-- The interaction that came in by channel $2 of PBX $1 and whose call is still up.
select tenant_id, id as interaction_id, 'call' as role from interaction
 where tenant_id = $3 and pbx_id = $1 and call_leg_id = $2 and call_state <> 'gone';
