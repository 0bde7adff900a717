import { afterEach, beforeEach, expect, test } from 'vitest';
import { presses } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import { type CentreConsole, openConsole } from '../support/centre-console.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { wordsOf } from '../support/story.ts';

let centre: SandboxCentre;
let people: CentreConsole;

const ANN = '+12025550123';

beforeEach(async () => {
  centre = await openSandboxCentre();
  people = await openConsole(centre);
});
afterEach(async () => {
  await people.close();
  await closeAudited(centre);
});

test('P22: a number is put on the opt-out list, listed, refused and counted, and taken off again', async () => {
  expect((await people.ringback('opt-out', 'list')).out).toBe('Nobody has opted out.\n');
  expect((await people.ringback('opt-out', 'add', ANN)).out).toContain(`${ANN} is not called`);
  await people.ringback('opt-out', 'add', ANN);
  expect((await people.ringback('opt-out', 'list')).out.split(ANN)).toHaveLength(2);
  const ann = centre.caller(ANN, presses('1', 3));
  await centre.pass(10);
  expect(wordsOf(ann.heard())).toContain('number-refused');
  expect(await people.metrics()).toContain(
    'ringback_number_refusals_total{when="asked",reason="opted-out"} 1',
  );
  ann.hangUp();
  await centre.pass(2);
  expect((await people.ringback('opt-out', 'remove', ANN)).out).toBe(`${ANN} may be called.\n`);
  const again = centre.caller(ANN, presses('1', 3));
  await centre.pass(10);
  expect(wordsOf(again.heard())).toContain('confirmation');
});

test('what is no number, or not on the list, is refused with what is wrong', async () => {
  expect(await people.ringback('opt-out', 'add', '12345')).toMatchObject({ exitCode: 1 });
  expect((await people.ringback('opt-out', 'remove', ANN)).err).toContain('(OPT_OUT_UNKNOWN)');
  const list = await people.ringback('opt-out', 'list', '--cursor', 'nonsense');
  expect(list.err).toContain('(REQUEST_INVALID)');
});

test('a long list is read page by page', async () => {
  for (const number of ['+12025550101', '+12025550102', '+12025550103']) {
    await people.ringback('opt-out', 'add', number);
  }
  const first = (await people.ringback('opt-out', 'list', '--limit', '2')).out;
  expect(first).not.toContain('+12025550103');
  const cursor = /--cursor (\S+)/.exec(first)?.[1] ?? '';
  const second = (await people.ringback('opt-out', 'list', '--cursor', cursor)).out;
  expect(second).toContain('+12025550103');
  expect(second).not.toContain('+12025550102');
});
