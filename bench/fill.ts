import pg from 'pg';

/** Puts callbacks into the lines, spread evenly, as if their callers had pressed 1 long ago. Bulk statements, not the product's way. */
export async function fillWithWaiting(url: string, waiting: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('set statement_timeout = 0');
  const tenant = `'00000000-0000-0000-0000-000000000001'::uuid`;
  await client.query(`
    create temp table made as
      select gen_random_uuid() as interaction_id, gen_random_uuid() as callback_id, l.id as line_id,
             l.queue_id, q.pbx_id, n, clock_timestamp() - interval '1 hour' + n * interval '1 ms' as entered_at
        from generate_series(1, ${waiting.toString()}) n
        join (select l.*, row_number() over (order by l.id) - 1 as at, count(*) over () as lines from line l) l
          on l.at = n % l.lines
        join queue q on q.id = l.queue_id;
    insert into interaction (tenant_id, id, queue_id, pbx_id, line_id, state, customer_number, priority,
                             entered_at, sequence, revision)
      select ${tenant}, interaction_id, queue_id, pbx_id, line_id, 'callback', '+1' || (2000000000 + n)::text, 0,
             entered_at, n, 3 from made;
    insert into callback (tenant_id, id, interaction_id, queue_id, number, origin, state, requested_at)
      select ${tenant}, callback_id, interaction_id, queue_id, '+1' || (2000000000 + n)::text, 'queue-offer',
             'waiting', entered_at from made;
    insert into place (tenant_id, line_id, priority, entered_at, seq, interaction_id)
      select ${tenant}, line_id, 0, entered_at, n, interaction_id from made;
    drop table made;`);
  await client.query('vacuum analyze interaction');
  await client.query('vacuum analyze callback');
  await client.query('vacuum analyze place');
  await client.query('checkpoint').catch(() => undefined);
  await client.end();
}
