import { expect } from 'vitest';
import { prompt, type Speech } from '../../core/calls/speech.ts';
import type { LegId } from '../../core/prelude/ids.ts';
import { type DriverCommand, DriverRefusal } from '../driver.ts';
import { Bench, WAITS } from './bench.ts';
import type { ConformanceRig } from './rig.ts';

type SpeakCommand = Extract<DriverCommand, { readonly kind: 'speak' }>;

const OFFER = 'ringback/offer';
const CONFIRMATION = 'ringback/confirmation';

/** Several prompts in a row: long enough for something to happen in the middle. */
const LONG: readonly Speech[] = [OFFER, CONFIRMATION, OFFER, CONFIRMATION].map(prompt);

/** Someone calls, waits, hears us, presses digits and leaves. */
export const callerCases = {
  'a call arrives with the caller and the number they dialled': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const caller = await rig.caller(WAITS);
    const arrived = await bench.event('call-arrived');
    expect(arrived.callerNumber).toBe(WAITS.number);
    expect(arrived.dialledNumber).toBe(caller.dialledNumber);
    const { legs } = await bench.snapshot();
    expect(legs.map((leg) => leg.arrived?.legId)).toEqual([arrived.legId]);
  },

  'a caller who withholds their number has none': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    await rig.caller({ ...WAITS, number: null });
    expect((await bench.event('call-arrived')).callerNumber).toBeNull();
  },

  'a caller on hold hears a speech with a number in it, and its end is told': async (
    rig: ConformanceRig,
  ) => {
    const bench = await Bench.connected(rig);
    const { caller, legId } = await bench.heldCaller(WAITS);
    const speech = [prompt('ringback/position'), { kind: 'number', value: 12 } as const];
    await bench.execute({ kind: 'speak', legId, speechId: `${legId}-position`, speech });
    await bench.event('speech-ended', (event) => event.speechId === `${legId}-position`);
    expect(await bench.hasHeard(caller, 'ringback/position')).toBe(true);
    expect(await bench.listed()).toEqual([legId]);
  },

  'a speech stops when it is told to, and its end is told': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const { caller, legId } = await bench.heldCaller(WAITS);
    const speechId = `${legId}-long`;
    await bench.execute({ kind: 'speak', legId, speechId, speech: LONG });
    await rig.until('the offer has begun', async () => bench.hasHeard(caller, OFFER));
    await bench.execute({ kind: 'stop-speech', speechId });
    const ended = await bench.event('speech-ended', (event) => event.speechId === speechId);
    expect(ended.legId).toBe(legId);
    expect(await bench.hasHeard(caller, CONFIRMATION)).toBe(false);
  },

  'stopping a speech that has ended is fine': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const { legId } = await bench.heldCaller(WAITS);
    const speechId = `${legId}-offer`;
    await bench.execute({ kind: 'speak', legId, speechId, speech: [prompt(OFFER)] });
    await bench.event('speech-ended', (event) => event.speechId === speechId);
    await bench.execute({ kind: 'stop-speech', speechId });
    await bench.execute({ kind: 'stop-speech', speechId: `${legId}-never` });
  },

  'speaking again under a living id changes nothing': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const { caller, legId } = await bench.heldCaller(WAITS);
    const speak = speakOf(legId, 'once', OFFER);
    await bench.execute(speak);
    await bench.execute(speak);
    const after = speakOf(legId, 'after', CONFIRMATION);
    await bench.execute(after);
    await bench.event('speech-ended', (event) => event.speechId === after.speechId);
    const heard = (await caller.heard()).map((one) => one.prompt);
    expect(heard).toEqual([OFFER, CONFIRMATION]);
    expect(bench.events.filter((event) => event.kind === 'speech-ended')).toHaveLength(2);
  },

  'digits reach us in the order in which they are pressed': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const presses = ['5', '1', '9'].map((digit, at) => ({ digit, afterSeconds: 1 + at }));
    const { legId } = await bench.heldCaller({ ...WAITS, presses });
    await bench.event('digit', (event) => event.digit === '9');
    const digits = bench.events.filter((event) => event.kind === 'digit');
    expect(digits).toEqual(['5', '1', '9'].map((digit) => ({ kind: 'digit', legId, digit })));
  },

  'a digit arrives while a speech goes on': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const presses = [{ digit: '1', afterSeconds: 1.5 }];
    const { legId } = await bench.heldCaller({ ...WAITS, presses });
    await bench.execute({ kind: 'speak', legId, speechId: `${legId}-long`, speech: LONG });
    await bench.event('digit', (event) => event.legId === legId && event.digit === '1');
    expect(bench.events.some((event) => event.kind === 'speech-ended')).toBe(false);
  },

  'a caller who hangs up ends as hung-up': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const { legId } = await bench.heldCaller({ ...WAITS, hangsUpAfterSeconds: 1 });
    expect(await bench.ending(legId)).toBe('hung-up');
    expect(await bench.listed()).toEqual([]);
  },

  'a leg that ends in the middle of a speech tells no end of that speech': async (
    rig: ConformanceRig,
  ) => {
    const bench = await Bench.connected(rig);
    const { legId } = await bench.heldCaller({ ...WAITS, hangsUpAfterSeconds: 1.5 });
    await bench.execute({ kind: 'speak', legId, speechId: `${legId}-long`, speech: LONG });
    expect(await bench.ending(legId)).toBe('hung-up');
    await bench.snapshot(); // Whatever was on its way has arrived before this answer.
    expect(bench.events.filter((event) => event.kind === 'speech-ended')).toEqual([]);
  },

  'a leg hears the last words before it is hung up': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const { caller, legId } = await bench.heldCaller(WAITS);
    const goodbye = { kind: 'hang-up', legId, saying: [prompt(CONFIRMATION)] } as const;
    await bench.execute(goodbye);
    await bench.execute(goodbye); // A repeated command is one farewell.
    await rig.until('the words begin', async () => bench.hasHeard(caller, CONFIRMATION));
    expect(await caller.isOver()).toBe(false);
    expect(await bench.ending(legId)).toBe('cancelled');
    await rig.until('the caller is gone', async () => caller.isOver());
    expect((await caller.heard()).map((one) => one.prompt)).toEqual([CONFIRMATION]);
  },

  'hanging up at once is silent, and hanging up again is fine': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const { caller, legId } = await bench.heldCaller(WAITS);
    await bench.execute({ kind: 'hang-up', legId, saying: [] });
    expect(await bench.ending(legId)).toBe('cancelled');
    await bench.execute({ kind: 'hang-up', legId, saying: [] });
    await bench.execute({ kind: 'hang-up', legId, saying: [prompt(CONFIRMATION)] });
    expect(await caller.heard()).toEqual([]);
    expect(bench.events.filter((event) => event.kind === 'leg-ended')).toHaveLength(1);
  },

  'holding or speaking to a leg that is gone is refused': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const { legId } = await bench.heldCaller({ ...WAITS, hangsUpAfterSeconds: 0.5 });
    await bench.ending(legId);
    await bench.isTurnedAway({ kind: 'hold', legId, queueName: 'support' }, DriverRefusal);
    await bench.isTurnedAway(speakOf(legId, 'late', OFFER), DriverRefusal);
  },

  'a call that is given back is ours no more': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const caller = await rig.caller(WAITS);
    const { legId } = await bench.event('call-arrived');
    await bench.execute({ kind: 'give-back', legId });
    await rig.until('no snapshot lists it', async () => (await bench.listed()).length === 0);
    expect(await caller.isOver()).toBe(false); // They hear the dialplan now.
    await rig.until('the dialplan has had its say', async () => caller.isOver(), 60);
    await bench.snapshot();
    expect(bench.events.filter((event) => event.kind === 'leg-ended')).toEqual([]);
  },
} as const;

/** One prompt to one leg, under an id that is made of the leg's and a name. */
function speakOf(legId: LegId, name: string, what: string): SpeakCommand {
  return { kind: 'speak', legId, speechId: `${legId}-${name}`, speech: [prompt(what)] };
}
