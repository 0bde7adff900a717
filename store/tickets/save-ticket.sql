-- Writes ticket $3 of interaction $2, which is locked, with its event ($8 kind, $9 time, $10 body) and perhaps a note
-- ($11 author, $12 text).
with
numbered as (
  update interaction set revision = revision + 1 where tenant_id = $1 and id = $2 returning revision),
told as (
  insert into event (tenant_id, interaction_id, revision, kind, at, body)
  select $1, $2, n.revision, $8, $9, $10::jsonb from numbered n),
noted as (
  insert into ticket_note (tenant_id, ticket_id, number, at, author, text)
  select $1, $3, (select count(*) + 1 from ticket_note where tenant_id = $1 and ticket_id = $3), $9, $11, $12
   where $12::text is not null)
update ticket set state = $4, assignee = $5, read_at = $6, closed_at = $7 where tenant_id = $1 and id = $3;
