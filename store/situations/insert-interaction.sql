insert into interaction (
  tenant_id, id, queue_id, pbx_id, line_id, state, customer_number, dialled_number, priority, entered_at,
  sequence, call_leg_id, call_state, ending, revision, next_command)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);
