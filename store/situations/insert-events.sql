-- One row per event, with revisions counting up from $4.
insert into event (tenant_id, interaction_id, at, revision, kind, body)
select $1, $2, $3, $4::int + (e.position - 1)::int, e.kind, e.body
  from rows from (jsonb_to_recordset($5::jsonb) as (kind text, body jsonb))
       with ordinality as e (kind, body, position)
 order by e.position;
