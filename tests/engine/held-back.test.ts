import { afterEach, describe, expect, test } from 'vitest';
import { phoneNumber } from '../../core/numbers/number.ts';
import { NUMBER_POLICY_DEFAULTS } from '../../core/numbers/policy.ts';
import { present } from '../../core/prelude/assert.ts';
import { DEFAULT_TENANT } from '../../core/prelude/ids.ts';
import { addOptOut } from '../../store/numbers/opt-outs.ts';
import { presses, talks } from '../../telephony/sandbox/habits.ts';
import { ANN, answers } from '../support/ann.ts';
import { closeAudited } from '../support/auditor.ts';
import {
  type CentreOptions,
  openSandboxCentre,
  type SandboxCentre,
} from '../support/sandbox-centre.ts';
import { picksUp } from '../support/story.ts';
import { type WrittenLog, writtenLog } from '../support/written-log.ts';

let centre: SandboxCentre;
let log: WrittenLog;

afterEach(async () => {
  await closeAudited(centre);
});

async function open(options: CentreOptions = {}): Promise<void> {
  log = writtenLog();
  centre = await openSandboxCentre({ agents: ['desk-1'], ...options, log: log.log });
  centre.world.phone('PJSIP/desk-1', picksUp(1));
  centre.world.phone(ANN, answers(talks(10)));
}

/** Ann waits for a callback, and an agent comes; `meanwhile` happens while the agent hears the alert. */
async function annIsDue(meanwhile: () => void = () => undefined): Promise<void> {
  centre.caller(ANN, presses('1', 2));
  await centre.pass(8);
  let isTold = false;
  centre.node.beforeSending = (command) => {
    if (isTold || command.kind !== 'speak' || !command.speechId.endsWith('-alert')) return;
    isTold = true;
    meanwhile();
  };
  await centre.setPresence('desk-1', 'available');
  await centre.pass(10);
}

function reasons(): readonly unknown[] {
  return log.told('a customer is not called now').map(({ reason }) => reason);
}

const closes = (to: string): NonNullable<CentreOptions['hours']> => [
  {
    name: 'office',
    timeZone: 'Europe/Berlin',
    weekly: [{ days: ['we', 'th'], from: '09:00', to }],
    holidays: [],
  },
];

describe('a call that was due and is not placed is told in the log, with its reason', () => {
  test('the queue has closed meanwhile', async () => {
    // At 10:00:56 the agent is asked, who picks up two seconds later: 10:01 falls into the alert.
    await open({ hours: closes('10:01') });
    centre.world.phone('PJSIP/desk-1', picksUp(2));
    centre.caller(ANN, presses('1', 1));
    await centre.pass(53);
    await centre.setPresence('desk-1', 'available');
    await centre.pass(10);
    expect(centre.world.ledger.carrierCalls()).toEqual([]);
    expect(log.told('a customer is not called now')).toEqual([
      expect.objectContaining({
        level: 'info',
        callbackId: (await centre.callback()).id,
        reason: 'closed-hours',
        why: 'The queue is closed; the place is kept.',
        until: '2026-11-19T08:00:00.000Z',
      }),
    ]);
  });

  test('F9: the customer calls in', async () => {
    await open();
    await annIsDue(() => {
      centre.caller(ANN);
    });
    expect(reasons()).toContain('number-on-call');
  });

  test('they opt out', async () => {
    await open();
    await annIsDue(() => {
      void addOptOut(centre.database, DEFAULT_TENANT, present(phoneNumber(ANN), ANN));
    });
    expect(log.told('a customer is not called now')).toEqual([
      expect.objectContaining({ reason: 'number-refused', until: null }),
    ]);
  });

  test('the budget is spent before an agent is asked', async () => {
    // A call is paid for ten minutes in advance: two do not fit into fifteen.
    const budget = { ...NUMBER_POLICY_DEFAULTS.budget, dailyMax: 15 };
    await open({ agents: ['desk-1', 'desk-2'], numberPolicy: { budget } });
    centre.world.phone('PJSIP/desk-2', picksUp(1));
    centre.world.phone(ANN, answers(talks(60)));
    centre.caller('+12025550002', presses('1', 2));
    centre.world.phone('+12025550002', answers(talks(60)));
    await centre.pass(8);
    await annIsDue();
    await centre.setPresence('desk-2', 'available');
    await centre.pass(10);
    expect(reasons()).toEqual(['budget-spent']);
    expect(centre.world.ledger.carrierCalls()).toHaveLength(1);
  });

  test('nothing of the kind is told of a call that is placed', async () => {
    await open();
    await annIsDue();
    expect(centre.world.ledger.carrierCalls()).toHaveLength(1);
    expect(reasons()).toEqual([]);
  });
});
