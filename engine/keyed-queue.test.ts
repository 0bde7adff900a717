import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeyedQueue } from './keyed-queue.ts';

/** Work that goes on until it is told to end, or to fail. */
class Work {
  isRunning = false;
  end: () => void = () => undefined;
  fail: () => void = () => undefined;

  readonly run = async (): Promise<void> => {
    this.isRunning = true;
    await new Promise<void>((resolve, reject) => {
      this.end = resolve;
      this.fail = () => {
        reject(new Error('failed'));
      };
    });
    this.isRunning = false;
  };
}

describe('tasks of one key', () => {
  test('wait for each other, and those of another key do not', async () => {
    const queue = new KeyedQueue();
    const [first, second, other] = [new Work(), new Work(), new Work()];
    const done = [queue.run('a', first.run), queue.run('a', second.run), queue.run('b', other.run)];
    await setImmediate();
    expect([first.isRunning, second.isRunning, other.isRunning]).toEqual([true, false, true]);
    first.end();
    await setImmediate();
    expect([first.isRunning, second.isRunning]).toEqual([false, true]);
    second.end();
    other.end();
    await Promise.all(done);
  });

  test('go on after one that fails, and its failure reaches whoever asked for it', async () => {
    const queue = new KeyedQueue();
    const [first, second] = [new Work(), new Work()];
    const failing = queue.run('a', first.run);
    const following = queue.run('a', async () => {
      await second.run();
      return 'done';
    });
    await setImmediate();
    first.fail();
    await expect(failing).rejects.toThrow('failed');
    await setImmediate();
    second.end();
    expect(await following).toBe('done');
  });

  test('may be added by one that is running, without waiting for it', async () => {
    const queue = new KeyedQueue();
    const order: string[] = [];
    await queue.run('a', async () => {
      void queue.run('a', async () => Promise.resolve(order.push('inner')));
      await setImmediate();
      order.push('outer');
    });
    await queue.idle();
    expect(order).toEqual(['outer', 'inner']);
  });

  test('run in the order in which they came, one at a time, whatever the keys and however long they take', async () => {
    const task = { key: fc.nat(3), comesAfter: fc.nat(6), turns: fc.nat(4), fails: fc.boolean() };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record(task), { maxLength: 30 }), async (plan) => {
        const queue = new KeyedQueue();
        const running = new Set<number>();
        const [came, ran]: [number[][], number[][]] = [
          [[], [], [], []],
          [[], [], [], []],
        ];
        const asked = plan.map(async ({ key, comesAfter, turns, fails }, at) => {
          await inTurns(comesAfter);
          came[key]?.push(at);
          return queue.run(key.toString(), async () => {
            expect(running).not.toContain(key);
            running.add(key);
            ran[key]?.push(at);
            await inTurns(turns);
            running.delete(key);
            if (fails) throw new Error('failed');
          });
        });
        const results = await Promise.allSettled(asked);
        await queue.idle();
        expect(results.map(({ status }) => status === 'rejected')).toEqual(
          plan.map(({ fails }) => fails),
        );
        expect(ran).toEqual(came);
      }),
      { numRuns: 100 },
    );
  });
});

async function inTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await setImmediate();
}

describe('an idle queue', () => {
  test('is idle at once when nothing was ever asked of it', async () => {
    await expect(new KeyedQueue().idle()).resolves.toBeUndefined();
  });

  test('is not idle while something runs, nor while something that came later does', async () => {
    const queue = new KeyedQueue();
    const [first, second] = [new Work(), new Work()];
    void queue.run('a', first.run);
    let isIdle = false;
    const idle = queue.idle().then(() => (isIdle = true));
    await setImmediate();
    void queue.run('a', second.run);
    first.end();
    await setImmediate();
    expect(isIdle).toBe(false);
    second.end();
    await idle;
  });
});
