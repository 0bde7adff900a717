-- Everything that belongs to an interaction is changed under this lock.
select 1 from interaction where tenant_id = $1 and id = $2 for update;
