import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, type RingbackNode } from '../support/ringback-node.ts';
import { telephonyReady } from '../telephone/support/asterisk-root.ts';
import { audit } from '../telephone/support/audit.ts';
import {
  openPhoneCentre,
  type PhoneCentre,
  SUPPORT_NUMBER,
} from '../telephone/support/phone-centre.ts';
import { type Behaviour, type Crowd, startCrowd } from '../telephone/support/phones.ts';
import { complaints, readBooks } from './checker.ts';
import { WEIGHABLE, type Weight, weigh } from './memory.ts';
import { worksWithPbx } from './ownership.ts';

const CALLERS = Array.from({ length: 200 }, (_, at) => `+1202555${(1_000 + at).toString()}`);
const AGENTS = Array.from({ length: 20 }, () => ({ otherwise: [{ kind: 'answer' } as const] }));
const PRESS_PER_SECOND = 20;
/** Of each ten callers six press 1; of those some hang up in the middle of the confirmation, some are not reached later. */
const PRESSERS = CALLERS.filter((_, at) => at % 10 < 6);
const HASTY = PRESSERS.filter((_, at) => at % 4 === 0);
const UNREACHABLE = PRESSERS.filter((_, at) => at % 6 === 1);
const LISTENERS = CALLERS.filter((number) => !PRESSERS.includes(number));
const LEAVERS = LISTENERS.filter((_, at) => at % 8 === 3);

/** So many press 1 at the same time. */
const TOGETHER = 10;

/** What the network does with those who are not reached. */
const NOT_REACHED: readonly Behaviour[] = [
  { kind: 'refuse', status: 486 },
  { kind: 'refuse', status: 480 },
  { kind: 'refuse', status: 603 },
  { kind: 'ring' },
];
/**
 * Bounds in bytes for each caller, about four times of what was measured: what the program holds on to for one who waits on
 * the line, the same when everybody has gone (code compiled and statements prepared meanwhile), and the whole process.
 */
const HEAP_PER_WAITING_CALLER_MAX = 32 * 1024;
const HEAP_LEFT_PER_CALLER_MAX = 32 * 1024;
const RESIDENT_PER_CALLER_MAX = 128 * 1024;

/** When the process is weighed: before the first call, while all wait on the line, and after the last one. */
type Moment = 'begin' | 'waiting' | 'end';

describe.skipIf(!telephonyReady())(
  'two hundred callers and twenty agents on a real Asterisk',
  () => {
    let centre: PhoneCentre;
    let node: RingbackNode;
    let crowd: Crowd | null = null;

    beforeAll(async () => {
      const unreachable = UNREACHABLE.map((number, at) => {
        const behaviour = NOT_REACHED[at % NOT_REACHED.length];
        assert(behaviour !== undefined);
        return [number, [behaviour]] as const;
      });
      centre = await openPhoneCentre({
        agents: AGENTS,
        carrier: {
          byNumber: Object.fromEntries(unreachable),
          otherwise: [{ kind: 'answer', hangUpAfterMs: 300 }],
        },
        callback: {
          ...{ attempts: 2, retryAfter: 'PT2S', minimumGap: 'PT2S' },
          ...{ ringCustomer: 'PT5S', offerEvery: 'PT10M', prompts: { alert: 'beep' } },
        },
      });
      await centre.node().kill('SIGKILL');
      node = await centre.startNode(WEIGHABLE);
      await worksWithPbx(centre, node);
    });

    afterAll(async () => {
      await crowd?.stop();
      await centre.close();
    });

    const count = async (table: string, condition: string): Promise<number> => {
      const [row] = await centre.rows<{ count: number }>(
        `select count(*)::int from ${table} where ${condition}`,
      );
      return row?.count ?? 0;
    };

    const comesTo = async (number: number, table: string, condition: string): Promise<void> => {
      await eventually(`${number.toString()} of ${table} where ${condition}`, async () =>
        (await count(table, condition)) === number ? true : null,
      );
    };

    /** Tells each of the numbers that the statement finds, once, until so many were told. */
    const tellEach = async (
      text: string,
      total: number,
      tell: (number: string) => Promise<void>,
    ): Promise<void> => {
      const told = new Set<string>();
      await eventually(`${total.toString()} were found by ${text}`, async () => {
        for (const { number } of await centre.rows<{ number: string }>(text)) {
          if (told.has(number)) continue;
          told.add(number);
          await tell(number);
        }
        return told.size >= total ? true : null;
      });
    };

    /** Who talked on their own line, and who left before. */
    const expectEndings = async (): Promise<void> => {
      const live = await centre.rows<{ number: string; ending: string }>(
        `select customer_number as number, ending from interaction i
        where not exists (select from callback c where c.interaction_id = i.id) order by 1`,
      );
      expect(live).toEqual(
        LISTENERS.map((number) => ({
          number,
          ending: LEAVERS.includes(number) ? 'abandoned' : 'answered',
        })),
      );
    };

    /** How many have begun to hear that they will be called. */
    const confirmed = (): number =>
      centre.asterisk.played().filter(({ file }) => file === 'ringback/confirmation').length;

    /** Everybody was told what was promised, once; those in a hurry did not hear it out. */
    const expectHeard = (people: Crowd): void => {
      expect(confirmed()).toBe(PRESSERS.length);
      for (const { callerNumber, ending } of people.calls()) {
        if (!PRESSERS.includes(callerNumber)) continue;
        const isHasty = HASTY.includes(callerNumber);
        expect(ending, callerNumber).toBe(isHasty ? 'bye-sent' : 'bye-received');
      }
    };

    const expectSteady = ({ begin, waiting, end }: Record<Moment, Weight>): void => {
      const perCaller = (bytes: number): number => Math.round(bytes / CALLERS.length);
      const found = {
        heapWhileWaiting: perCaller(waiting.heap - begin.heap),
        heapAfterwards: perCaller(end.heap - begin.heap),
        resident: perCaller(Math.max(waiting.resident, end.resident) - begin.resident),
      };
      process.stderr.write(
        `memory of the process in bytes: ${JSON.stringify({ begin, waiting, end })}\n`,
      );
      process.stderr.write(`and for each caller: ${JSON.stringify(found)}\n`);
      expect(found.heapWhileWaiting).toBeLessThan(HEAP_PER_WAITING_CALLER_MAX);
      expect(found.heapAfterwards).toBeLessThan(HEAP_LEFT_PER_CALLER_MAX);
      expect(found.resident).toBeLessThan(RESIDENT_PER_CALLER_MAX);
    };

    test('P1 P2 I1 I2 I14: nothing is lost, nobody is called twice, the order is kept, and memory does not grow', async () => {
      const begin = await weigh(node);
      const people = await startCrowd(centre.asterisk, {
        to: SUPPORT_NUMBER,
        numbers: CALLERS,
        perSecond: PRESS_PER_SECOND,
      });
      crowd = people;
      await comesTo(CALLERS.length, 'interaction', `state = 'waiting'`);
      const waiting = await weigh(node);
      for (let at = 0; at < PRESSERS.length; at += TOGETHER) {
        const together = PRESSERS.slice(at, at + TOGETHER);
        for (const number of together) await people.press(number);
        await eventually('all of them hear the confirmation', () =>
          confirmed() === at + together.length ? true : null,
        );
        for (const number of together) if (HASTY.includes(number)) await people.hangUp(number);
      }
      for (const number of LEAVERS) await people.hangUp(number);
      await comesTo(PRESSERS.length, 'callback', `state = 'waiting'`);
      await comesTo(LISTENERS.length - LEAVERS.length, 'interaction', `call_state <> 'gone'`);

      await centre.setAgents('available');
      // Whoever was not called back talks to an agent on their own line, and hangs up.
      await tellEach(
        `select customer_number as number from interaction where state = 'connected'`,
        LISTENERS.length - LEAVERS.length,
        async (number) => people.hangUp(number),
      );
      await comesTo(CALLERS.length, 'interaction', `state = 'ended'`);
      const end = await weigh(node);
      await audit(centre);

      const books = await readBooks(async (text) => centre.rows(text), centre.carrier.calls());
      expect(complaints(books)).toEqual([]);
      expect(books.promises.map(({ number }) => number).toSorted()).toEqual(PRESSERS);
      for (const { number, state } of books.promises) {
        expect(state, number).toBe(UNREACHABLE.includes(number) ? 'exhausted' : 'completed');
      }
      expect(centre.carrier.calls()).toHaveLength(PRESSERS.length + UNREACHABLE.length);
      await expectEndings();
      expectHeard(people);
      expectSteady({ begin, waiting, end });
    });
  },
);
