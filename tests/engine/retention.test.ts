import { afterEach, expect, test } from 'vitest';
import { presses } from '../../telephony/sandbox/habits.ts';
import { ANN } from '../support/ann.ts';
import { closeAudited } from '../support/auditor.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

async function oldCommands(): Promise<number> {
  const rows = await centre.rows(`select 1 from command where created_at < '2026-11-17'`);
  return rows.length;
}

test('a minute after its start a node removes what is kept for a time only, and nobody who waits is touched', async () => {
  centre = await openSandboxCentre();
  centre.caller(ANN, presses('1', 2));
  await centre.pass(10);
  await centre.rows(
    `update command set created_at = created_at - interval '8 days' where state <> 'pending'`,
  );
  expect(await oldCommands()).toBeGreaterThan(0);
  await centre.pass(62);
  expect(await oldCommands()).toBe(0);
  expect((await centre.callback(ANN)).state).toBe('waiting');
});
