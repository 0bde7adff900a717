import { afterEach, beforeEach, describe, test } from 'vitest';
import { callerCases } from './conformance/callers.ts';
import { connectionCases } from './conformance/connection.ts';
import { outgoingCases } from './conformance/outgoing.ts';
import type { ConformanceRig } from './conformance/rig.ts';
import { talkingCases } from './conformance/talking.ts';

export type {
  AgentHabit,
  AnswerHabit,
  CallerPlan,
  ConformanceRig,
  CustomerHabit,
  Heard,
  OutsideCaller,
  OutsidePhone,
  ReceivedCall,
} from './conformance/rig.ts';

const CASES = { ...connectionCases, ...callerCases, ...outgoingCases, ...talkingCases } as const;

/** The title of one case of the suite. A renamed case breaks the skips that name it, at compile time. */
export type ConformanceTitle = keyof typeof CASES;

/** Cases that a driver cannot pass, and why: the list is the documentation of that gap. */
export interface ConformanceSkip {
  readonly reason: string;
  readonly cases: readonly ConformanceTitle[];
}

/**
 * Far more than any case needs. A PBX that does not answer any more must fail its cases soon: there are many of them.
 */
const CASE_MS_MAX = 30_000;

/** The suite that every driver passes. `connect` is called before each case; the rig is closed after it. */
export function driverConformance(
  name: string,
  connect: () => Promise<ConformanceRig>,
  skips: readonly ConformanceSkip[] = [],
): void {
  describe(`driver conformance: ${name}`, () => {
    let rig: ConformanceRig;
    beforeEach(async () => {
      rig = await connect();
    }, CASE_MS_MAX);
    afterEach(async () => rig.close(), CASE_MS_MAX);
    for (const [title, run] of Object.entries(CASES)) {
      const skip = skips.find(({ cases }) => cases.some((skipped) => skipped === title));
      if (skip === undefined) test(title, async () => run(rig), CASE_MS_MAX);
      // telephony: a driver may lack what its PBX lacks; the reason stands in the title.
      else test.skip(`${title} (${skip.reason})`);
    }
  });
}
