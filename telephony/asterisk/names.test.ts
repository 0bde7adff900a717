import { expect, test } from 'vitest';
import { id } from '../../core/prelude/ids.ts';
import { namesOf } from './names.ts';

const names = namesOf('ringback');
const leg = id<'leg'>('6f0c6a50-3d5e-4f0b-9f0e-0a5f3d1c2b1a');

test('a channel of ours is recognised by its name alone', () => {
  for (const role of ['agent', 'customer'] as const) {
    expect(names.placed(names.channel(role, leg))).toEqual({ role, legId: leg });
  }
});

test('other channels, and the far half of a Local channel, are not ours', () => {
  const others = [
    '1763724913.17',
    'other.agent.x',
    'ringback.hold.x',
    `${names.channel('agent', leg)};2`,
  ];
  for (const other of others) expect(names.placed(other)).toBeNull();
});

test('a playback of ours tells what it was', () => {
  expect(names.playback(names.speech('offer-1'))).toEqual({ kind: 'speech', speechId: 'offer-1' });
  expect(names.playback(names.farewell(leg))).toEqual({ kind: 'farewell', legId: leg });
  expect(names.playback('somebody-elses')).toBeNull();
});

test('two queues never share a bridge, whatever they are called', () => {
  const queues = [
    'sales',
    'Sales',
    'sales 2',
    'sales_2',
    'sales_20_2',
    'Büro & Verkauf',
    'b/a',
    'b%2Fa',
    '😀',
  ];
  const bridges = queues.map((queue) => names.holdBridge(queue));
  expect(new Set(bridges).size).toBe(queues.length);
  for (const bridge of bridges) expect(bridge).toMatch(/^[A-Za-z0-9._-]+$/);
});
