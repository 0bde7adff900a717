-- The counts of a report over what entered a line from $2 to $3, in queue $4 or in all: callbacks and their attempts are
-- booked to the moment at which their first call came in.
with
entered as (
  select * from reported_interaction r
   where r.tenant_id = $1 and r.entered_at >= $2 and r.entered_at < $3
     and ($4::uuid is null or r.queue_id = $4)),
calls as (
  select count(*) as queued,
         count(*) filter (where call_ending = 'answered') as answered,
         count(*) filter (where call_ending = 'abandoned') as abandoned,
         count(*) filter (where call_ending = 'callback-requested') as callback_requested,
         count(*) filter (where call_ending = 'duplicate') as duplicates,
         count(*) filter (where was_offered) as offered
    from entered where is_call),
promises as (
  select count(*) as callbacks,
         count(*) filter (where origin = 'queue-offer') as registered,
         count(*) filter (where inactive_at is not null) as inactive,
         count(*) filter (where is_lost) as lost,
         count(*) filter (where callback_state = 'poisoned') as set_aside,
         percentile_cont(array[0.5, 0.9, 0.99]) within group (
           order by extract(epoch from first_dialed_at - entered_at)) filter (where first_dialed_at is not null)
           as times,
         percentile_cont(array[0.5, 0.9, 0.99]) within group (
           order by extract(epoch from greatest(last_dialed_at - place_from, interval '0')))
           filter (where last_dialed_at is not null) as net_times,
         -- The time that was agreed comes before the call, the promise to call at all before the time lapses.
         percentile_cont(array[0.5, 0.9]) within group (
           order by extract(epoch from first_dialed_at - chosen_at) / 60)
           filter (where first_dialed_at is not null and chosen_at is not null) as punctuality,
         count(*) filter (where first_dialed_at is not null) as promises_kept,
         count(*) filter (where first_dialed_at is not null or callback_state = 'expired') as promises_due
    from (select e.*, (select max(t.dialed_at) from attempt t
                        where t.tenant_id = e.tenant_id and t.callback_id = e.callback_id) as last_dialed_at
            from entered e where e.callback_id is not null) as promised),
tries as (
  select t.* from billed_call t join entered e on e.tenant_id = t.tenant_id and e.interaction_id = t.interaction_id),
ended as (
  select outcome, count(*) as number from tries where outcome is not null group by outcome),
reached as (
  select count(*) filter (where connected) as connected, count(*) filter (where at_first) as at_first,
         coalesce(sum(counted), 0)::int as counted
    from (select callback_id, bool_or(outcome = 'connected') as connected,
                 (array_agg(outcome order by started_at) filter (where counts))[1] = 'connected' as at_first,
                 count(*) filter (where counts) as counted
            from tries where outcome is not null group by callback_id) as per_callback),
-- One that was noted again for another reason has an outcome noted with it.
dialled_again as (
  select count(*) as dialled_twice from (
    select from event v join entered e on e.tenant_id = v.tenant_id and e.interaction_id = v.interaction_id
     where e.callback_id is not null and v.kind = 'attempt.dialing' and v.body ->> 'notedOutcome' is null
     group by v.body ->> 'attemptId' having count(*) > 1) as twice),
asked as (
  select count(*) as offers, count(*) filter (where o.ending in ('declined', 'rang-out')) as declined
    from offer o join entered e on e.tenant_id = o.tenant_id and e.interaction_id = o.interaction_id)
select calls.*, promises.*, reached.*, asked.*, dialled_again.*,
       (select coalesce(jsonb_object_agg(outcome, number), '{}') from ended) as outcomes,
       (select count(*) from tries where dialed_at is not null) as dialled,
       (select count(*) from tries where answered_at is not null) as answered_dials
  from calls, promises, reached, asked, dialled_again;
