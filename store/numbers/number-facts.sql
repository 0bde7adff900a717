-- What the number policy of tenant $1 asks about number $2 at time $3. $4: requests are counted (else dials); $5: how long
-- a call that is up counts at least, in minutes, where no policy says so. Who must not be overtaken holds the lock of
-- lock-numbers before: then nobody else adds what is counted here.
with
policy as (
  select p.policy, p.own_numbers from number_policy p where p.tenant_id = $1),
requests as (
  select c.number, c.requested_at as at from callback c
   where $4::boolean and c.tenant_id = $1 and c.requested_at > $3::timestamptz - interval '1 hour'),
dials as (
  select t.number, t.dialed_at as at from attempt t
   where not $4::boolean and t.tenant_id = $1 and t.dialed_at > $3::timestamptz - interval '1 hour'),
hour as (
  select count(*) filter (where number = $2::text)::int as caller, min(at) filter (where number = $2::text) as caller_oldest,
         count(*) filter (where left(number, -4) = left($2::text, -4))::int as prefix,
         min(at) filter (where left(number, -4) = left($2::text, -4)) as prefix_oldest,
         count(*)::int as tenant, min(at) as tenant_oldest
    from (select number, at from requests union all select number, at from dials) every_one),
-- A switchboard's number stands for many people.
day as (
  select count(*)::int as requests, min(c.requested_at) as oldest from callback c
   where $4::boolean and c.tenant_id = $1 and c.number = $2::text
     and c.requested_at > $3::timestamptz - interval '24 hours' and not c.shared),
-- A call that is up is paid for its reserved minutes, or for as long as it is up when that is longer; one that was not
-- answered has cost nothing.
calls as (
  select t.dialed_at,
         t.rate_per_minute::bigint * case
           when t.outcome is null then greatest(
             coalesce((select (policy -> 'budget' ->> 'reservedMinutes')::int from policy), $5::int),
             ceil(extract(epoch from $3::timestamptz - t.answered_at) / 60)::bigint)
           when t.answered_at is null then 0
           else ceil(extract(epoch from t.ended_at - t.answered_at) / 60)::bigint end as units
    from attempt t
   where t.tenant_id = $1 and t.dialed_at > $3::timestamptz - interval '24 hours'),
spent as (
  select coalesce(sum(units), 0)::float8 as units, min(dialed_at) filter (where units > 0) as oldest from calls)
select (select policy from policy) as policy,
       coalesce((select own_numbers from policy), '{}') as own_numbers,
       exists (select from opt_out o where o.tenant_id = $1 and o.number = $2::text) as opted_out,
       day.requests, day.oldest as requests_oldest,
       hour.caller, hour.caller_oldest, hour.prefix, hour.prefix_oldest, hour.tenant, hour.tenant_oldest,
       spent.units as spent, spent.oldest as spent_oldest
  from hour, day, spent;
