import { test } from 'vitest';
import { createTestDatabase } from '../tests/support/database.ts';
import { migrate } from '../store/migrate.ts';
import { setUpCentre } from './centre.ts';
import { PROF, Session } from './session.ts';
import { runSeed } from './run.ts';
import { readFileSync, writeFileSync } from 'node:fs';
function cpu(pid: number): number { const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' '); return Number(f[13]) + Number(f[14]); }
test('x', async () => {
  const db = await createTestDatabase({ name: 'migrated', prepare: async (u) => { await migrate(u); } });
  await setUpCentre(db.url);
  const session = await Session.open(db.url);
  let i = 0;
  const story: string[] = [];
  for (const seed of (process.env['S'] ?? '1').split(',').map(Number)) {
    const c0 = cpu(await session.pid()), n0 = process.cpuUsage();
    const t = performance.now();
    const r = await runSeed(session, seed, process.env['F'] === 'none' ? [] : undefined, story);
    const n1 = process.cpuUsage(n0);
    console.log('cpu ms: pg', (cpu(await session.pid()) - c0) * 10, 'node', (n1.user + n1.system) / 1000);
    writeFileSync(`/tmp/h/story${i++}.txt`, story.splice(0).join('\n'));
    console.log(seed, Math.round(performance.now() - t), 'ms', JSON.stringify(r));
  }

  if (process.env['P']) for (const [k,[n,ms]] of Object.entries(PROF).sort((a,b)=>b[1][1]-a[1][1])) console.log(k, n, Math.round(ms), (ms/n).toFixed(2));
  await session.close();
  await db.drop();
}, 300000);
