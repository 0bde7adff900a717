-- For every table with rows of a tenant: the statement that copies its rows as they are, and those that put them back:
-- `empty` where there were none, else `delete` (rows that are new), `change` (rows that differ) and `insert` (rows that
-- are gone). `refers_to` names the other tables that its rows refer to.
with tables as (
  select c.oid, quote_ident(c.relname) as name, quote_ident('kept_' || c.relname) as kept,
         (select string_agg(format('now.%1$I = was.%1$I', a.attname), ' and ') from pg_index k
            join pg_attribute a on a.attrelid = c.oid and a.attnum = any (k.indkey)
           where k.indrelid = c.oid and k.indisprimary) as same
    from pg_class c
   where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
     and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')),
columns as (
  select t.oid, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as names,
         string_agg('now.' || quote_ident(a.attname), ', ' order by a.attnum) as now,
         string_agg('was.' || quote_ident(a.attname), ', ' order by a.attnum) as was
    from tables t
    join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     and a.attidentity <> 'a'
   group by t.oid)
select name, format('create temp table %s as select * from %s', kept, name) as copy,
       format('delete from %s', name) as empty,
       format('delete from %s now where not exists (select from %s was where %s)', name, kept, same) as delete,
       format('update %s now set (%s) = row(%s) from %s was where %s and row(%s) is distinct from row(%s)',
              name, c.names, c.was, kept, same, c.now, c.was) as change,
       format('insert into %1$s (%2$s) select %2$s from %3$s was where not exists (select from %1$s now where %4$s)',
              name, c.names, kept, same) as insert,
       (select coalesce(array_agg(distinct quote_ident(f.relname)), '{}') from pg_constraint r
          join pg_class f on f.oid = r.confrelid
         where r.conrelid = tables.oid and r.contype = 'f' and f.relname <> 'tenant' and f.oid <> tables.oid) as refers_to
  from tables join columns c using (oid)
 order by name;
