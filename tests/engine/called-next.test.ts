import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { presses, talks } from '../../telephony/sandbox/habits.ts';
import { answers } from '../support/ann.ts';
import { closeAudited } from '../support/auditor.ts';
import { type CentreConsole, openConsole } from '../support/centre-console.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp } from '../support/story.ts';

let centre: SandboxCentre;
let people: CentreConsole;

const NUMBERS = ['+12025550001', '+12025550002', '+12025550003'];
const [FIRST = '', SECOND = '', THIRD = ''] = NUMBERS;

/** Three customers wait to be called back, one after the other. */
beforeEach(async () => {
  centre = await openSandboxCentre({ agents: ['desk-1'], callback: { wrapUpSeconds: 0 } });
  centre.world.phone('PJSIP/desk-1', picksUp(1));
  for (const number of NUMBERS) {
    centre.world.phone(number, answers(talks(10)));
    centre.caller(number, presses('1', 2));
    await centre.pass(8);
  }
  people = await openConsole(centre);
});
afterEach(async () => {
  await people.close();
  await closeAudited(centre);
});

async function next(number: string): Promise<string> {
  const { out, err } = await people.ringback(
    'callback',
    'next',
    (await centre.callback(number)).id,
  );
  return out + err;
}

function called(): readonly (string | null)[] {
  return centre.world.ledger.carrierCalls().map(({ party }) => party);
}

describe('a supervisor has a callback called next', () => {
  test('I14: it is called before all others, who keep their order, and the story says who wanted it', async () => {
    expect(await next(THIRD)).toBe('The callback is waiting, at position 1.\n');
    expect(await next(THIRD)).toBe('The callback is waiting, at position 1.\n');
    await centre.setPresence('desk-1', 'available');
    await centre.pass(90);
    expect(called()).toEqual([THIRD, FIRST, SECOND]);
    const { id } = await centre.callback(THIRD);
    const { out } = await people.ringback('callback', 'story', id);
    expect(out.match(/eva has it called next/g)).toHaveLength(1);
  });

  test('several of them are called in the order in which they came', async () => {
    await next(THIRD);
    await next(SECOND);
    await centre.setPresence('desk-1', 'available');
    await centre.pass(90);
    expect(called()).toEqual([SECOND, THIRD, FIRST]);
  });

  test('who does not stand in line is refused with the reason', async () => {
    await people.ringback('stop', 'dialling', '--all', '--reason', 'drill');
    await centre.setPresence('desk-1', 'available');
    await centre.pass(10);
    const { id } = await centre.callback(FIRST);
    await people.ringback('callback', 'cancel', id);
    expect(await next(FIRST)).toBe('This callback is over. (CALLBACK_ENDED)\n');
    expect(await next(SECOND)).toContain('(dialling-stopped) and keeps its place');
    expect(await next(SECOND)).toContain('(CALLBACK_NOT_IN_LINE)');
  });
});
