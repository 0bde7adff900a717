-- True while a call with number $2 is up: one of theirs, or one of ours that is not attempt $3.
select exists (select from interaction
                where tenant_id = $1 and customer_number = $2 and call_state <> 'gone')
    or exists (select from attempt
                where tenant_id = $1 and number = $2 and id is distinct from $3
                  and state in ('dialing', 'in-doubt', 'cancelling', 'connected')) as on_call;
