-- Numbered from $4. Those that the writing node sends itself are born with its epoch $6 as sent.
insert into command (tenant_id, interaction_id, created_at, number, pbx_id, sent_epoch, body)
select $1, $2, $3, $4::int + (c.position - 1)::int, $5,
       case when c.body ->> 'kind' = 'dial-customer' then null else $6::bigint end, c.body
  from jsonb_array_elements($7::jsonb) with ordinality as c (body, position)
 order by c.position;
