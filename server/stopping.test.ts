import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { type Progress, progressTo } from './progress.ts';
import { OpenedThings, stopWishOf } from './stopping.ts';

const never = new Promise<void>(() => undefined);

/** Something to close things from, and what it says meanwhile. */
function scene(): { things: OpenedThings; said: string[]; progress: Progress } {
  const said: string[] = [];
  return {
    things: new OpenedThings(),
    said,
    progress: progressTo((line) => said.push(line.trim())),
  };
}

test('what was opened last is closed first, and a failure holds nothing up', async () => {
  const { things, said, progress } = scene();
  const closed: string[] = [];
  const note = (what: string) => (): void => void closed.push(what);
  things.add({ what: 'folder', close: note('folder'), patienceMs: 1_000 });
  things.add({
    what: 'engine',
    close: async () => Promise.reject(new Error('no database')),
    patienceMs: 1_000,
  });
  things.add({ what: 'server', close: note('server'), patienceMs: 1_000 });
  expect(await things.close(progress, never)).toBe(false);
  expect(closed).toEqual(['server', 'folder']);
  expect(said).toEqual(['closing the engine: no database']);
});

test('a drain that hangs does not keep the database from being stopped', async () => {
  const { things, said, progress } = scene();
  let stopped = false;
  things.add({ what: 'database', close: () => void (stopped = true), patienceMs: 1_000 });
  things.add({ what: 'engine', close: async () => never, patienceMs: 10 });
  expect(await things.close(progress, never)).toBe(false);
  expect(stopped).toBe(true);
  expect(said).toEqual(['closing the engine: not done after 0.01 s']);
});

test('somebody in a hurry skips the drain, but not the stop of the database', async () => {
  const { things, said, progress } = scene();
  let stopped = false;
  things.add({
    what: 'database',
    close: async () => Promise.resolve().then(() => void (stopped = true)),
    patienceMs: 1_000,
    mustClose: true,
  });
  things.add({ what: 'engine', close: async () => never, patienceMs: 60_000 });
  expect(await things.close(progress, Promise.resolve())).toBe(false);
  expect(stopped).toBe(true);
  expect(said).toEqual(['closing the engine: left undone, as asked']);
});

test('one Ctrl-C that comes twice, from the terminal and from npm, does not cut the drain short', async () => {
  const signals = new EventEmitter();
  let nowMs = 0;
  const wish = stopWishOf(signals, () => nowMs);
  let isUrged = false;
  const urged = wish.urged.then(() => void (isUrged = true));
  signals.emit('SIGINT');
  await wish.asked;
  nowMs = 40;
  signals.emit('SIGINT');
  await Promise.resolve();
  expect(isUrged).toBe(false);
  nowMs = 3_000;
  signals.emit('SIGINT');
  await urged;
});
