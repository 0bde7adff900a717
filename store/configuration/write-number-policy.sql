-- Writes the number policy $2 of tenant $1, with the numbers that tell its countries, as they are after everything else was written.
with wanted as materialized (
  select distinct jsonb_array_elements_text($2::jsonb -> 'sharedNumbers') as number),
not_shared as (
  delete from shared_number s where s.tenant_id = $1 and s.number not in (select number from wanted)),
shared as (
  insert into shared_number (tenant_id, number) select $1, number from wanted on conflict do nothing)
insert into number_policy (tenant_id, policy, own_numbers)
select $1, $2::jsonb, coalesce(array_agg(number), '{}')
  from (select distinct on (left(number, 8)) number
          from (select number from inbound_number where tenant_id = $1
                union all
                select number from queue where tenant_id = $1 and number is not null
                union all
                select caller_id from route where tenant_id = $1 and caller_id is not null) every_number
         order by left(number, 8)) one_of_each
    on conflict (tenant_id) do update set policy = excluded.policy, own_numbers = excluded.own_numbers
