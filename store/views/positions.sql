-- Which one in its line each of these interactions is, for those that stand in one. One pass over the line is cheaper
-- than counting the people ahead of each, and nothing here is locked.
with ranked as (
  select p.interaction_id,
         row_number() over (partition by p.line_id order by p.priority desc, p.entered_at, p.seq) as position
    from standing_in_line p
   where p.tenant_id = $1
     and p.line_id in (select own.line_id from standing_in_line own
                        where own.tenant_id = $1 and own.interaction_id = any ($2::uuid[])))
select interaction_id, position from ranked where interaction_id = any ($2::uuid[]);
