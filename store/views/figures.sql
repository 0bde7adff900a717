-- How many callbacks stand in each state and how many attempts came to each outcome, over all that are kept.
select 'callbacks' as what, state as word, count(*) from callback where tenant_id = $1 group by state
union all
select 'attempts', outcome, count(*) from attempt where tenant_id = $1 and outcome is not null group by outcome

union all
select 'parked', reason, count(*) from parked where tenant_id = $1 group by reason
union all
select 'asked', number_refusal, count(*) from interaction
 where tenant_id = $1 and number_refusal is not null group by number_refusal
union all
select 'due', number_refusal, count(*) from callback
 where tenant_id = $1 and number_refusal is not null group by number_refusal;
