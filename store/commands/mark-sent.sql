-- Compare-and-set before a command is sent from its row. What may be repeated is sent again under a newer epoch;
-- ringing and dialling are not.
update command c set sent_epoch = $4
 where c.tenant_id = $1 and c.interaction_id = $2 and c.number = $3 and c.state = 'pending'
   and (c.sent_epoch is null
        or (c.sent_epoch <= $4 and c.body ->> 'kind' not in ('ring-agent', 'dial-customer')))
   and exists (select from pbx_owner o
                where o.tenant_id = c.tenant_id and o.pbx_id = c.pbx_id and o.epoch = $4 for key share)
returning 1;
