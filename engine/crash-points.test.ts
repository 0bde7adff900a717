import { expect, test } from 'vitest';
import { CRASH_POINTS, crashOnce, parseCrashOrder } from './crash-points.ts';

test.each(CRASH_POINTS)('%s can be ordered', (point) => {
  expect(parseCrashOrder(point)).toEqual({ point, kind: null, signal: 'SIGKILL' });
  expect(parseCrashOrder(`${point}:bridge stop`)).toEqual({
    point,
    kind: 'bridge',
    signal: 'SIGSTOP',
  });
});

test.each(['', 'somewhere', 'sent-not-noted:', 'sent-not-noted now'])(
  '"%s" is no order',
  (text) => {
    expect(parseCrashOrder(text)).toBeNull();
  },
);

test('an order is carried out once, and at its own moment only', () => {
  let crashes = 0;
  const points = crashOnce(
    { point: 'sent-not-noted', kind: 'bridge', signal: 'SIGSTOP' },
    () => void (crashes += 1),
  );
  points.reach('sent-not-noted', 'speak');
  points.reach('committed-not-sent', 'bridge');
  expect(crashes).toBe(0);
  points.reach('sent-not-noted', 'bridge');
  points.reach('sent-not-noted', 'bridge');
  expect(crashes).toBe(1);
});
