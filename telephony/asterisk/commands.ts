import type { LegEnding } from '../../core/calls/endings.ts';
import type { Speech } from '../../core/calls/speech.ts';
import { assert } from '../../core/prelude/assert.ts';
import type { LegId } from '../../core/prelude/ids.ts';
import { type DriverCommand, DriverRefusal, safeForPbx } from '../driver.ts';
import { AriRefusal } from './answers.ts';
import type { DriverParts } from './driver-parts.ts';
import type { Ari } from './generated/ari.ts';
import type { Leg } from './legs.ts';
import { originate } from './originate.ts';
import { silenceOf, stopPlayback } from './stopping.ts';

type CommandOf<Kind extends DriverCommand['kind']> = Extract<
  DriverCommand,
  { readonly kind: Kind }
>;

/** Carries out one command. @throws DriverRefusal, DriverInDoubt, UnsafeDialString */
export async function carryOut(parts: DriverParts, command: DriverCommand): Promise<void> {
  for (const text of textsOf(command)) safeForPbx(text);
  switch (command.kind) {
    case 'hold':
      return hold(parts, command);
    case 'speak':
      return speak(parts, command);
    case 'stop-speech':
      return stopPlayback(parts, parts.names.speech(command.speechId));
    case 'originate':
      return originate(parts, command);
    case 'bridge':
      return bridge(parts, command);
    case 'hang-up':
      return hangUp(parts, command);
    case 'give-back':
      return giveBack(parts, command);
    case 'watch-devices':
      return parts.devices.watch(command.endpoints);
  }
}

/** Everything in a command that Asterisk reads as text. */
function textsOf(command: DriverCommand): readonly string[] {
  switch (command.kind) {
    case 'hold':
      return [command.legId]; // The queue's name is spelled out in letters that are safe.
    case 'speak':
      return [command.legId, command.speechId, ...command.speech.map(mediaOf)];
    case 'stop-speech':
      return [command.speechId];
    case 'originate':
      return [command.legId, command.to, command.callerId.name, command.callerId.number];
    case 'bridge':
      return [command.bridgeId, ...command.legIds];
    case 'hang-up':
      return command.saying.map(mediaOf);
    case 'give-back':
      return [command.legId];
    case 'watch-devices':
      return command.endpoints;
  }
}

function mediaOf(piece: Speech): string {
  return piece.kind === 'prompt' ? `sound:${piece.name}` : `number:${piece.value.toString()}`;
}

async function hold(parts: DriverParts, command: CommandOf<'hold'>): Promise<void> {
  const ari = parts.ari();
  const leg = livingLeg(parts, command.legId);
  const bridgeId = parts.names.holdBridge(command.queueName);
  if (leg.bridge === bridgeId) return; // Adding it again would make it leave and come back, audibly.
  await answer(parts, leg);
  await whileItLives(async () => {
    await startHolding(parts, bridgeId);
    await ari.bridges.addChannel({ bridgeId, channel: [leg.channelId], role: 'participant' });
  });
  leg.bridge = bridgeId;
}

/** One bridge per queue, and one music for all who wait in it: music for each of them would cost a decoder each. */
async function startHolding(
  { musical, target, ari }: DriverParts,
  bridgeId: string,
): Promise<void> {
  if (musical.has(bridgeId)) return;
  await created(async () => ari().bridges.createWithId({ bridgeId, type: 'holding' }));
  // It may play already, for a node before us; that it begins anew is the lesser evil to silence.
  await ari().bridges.startMoh({ bridgeId, mohClass: target.musicClass });
  musical.add(bridgeId);
}

/** Takes a waiting call; for all others nothing is to be done. */
async function answer({ ari }: DriverParts, leg: Leg): Promise<void> {
  if (leg.isUp || leg.role !== 'inbound') return;
  await whileItLives(async () => ari().channels.answer({ channelId: leg.channelId }));
  leg.isUp = true;
}

async function speak(parts: DriverParts, command: CommandOf<'speak'>): Promise<void> {
  const ari = parts.ari();
  const leg = livingLeg(parts, command.legId);
  const playbackId = parts.names.speech(command.speechId);
  if (parts.playing.has(playbackId)) return;
  parts.playing.set(playbackId, leg.legId);
  try {
    // Asterisk would queue a second playback of the same name: after a restart of ours, ask it first.
    if (await isPlaying(ari, playbackId)) return;
    await answer(parts, leg);
    await play(ari, leg, playbackId, command.speech);
  } catch (error) {
    parts.playing.delete(playbackId); // In doubt, the next one asks Asterisk.
    throw error;
  }
}

async function play(
  ari: Ari,
  { channelId }: Leg,
  playbackId: string,
  speech: readonly Speech[],
): Promise<void> {
  const media = speech.map(mediaOf);
  await whileItLives(async () => ari.channels.playWithId({ channelId, playbackId, media }));
}

async function isPlaying(ari: Ari, playbackId: string): Promise<boolean> {
  const found = await orGone(async () => ari.playbacks.get({ playbackId }));
  return found !== undefined;
}

/** Without `dtmf_events` Asterisk lets the audio of two alike phones pass it by, and never sees the keys of the agent. */
const TALK = 'mixing,dtmf_events';

async function bridge(parts: DriverParts, command: CommandOf<'bridge'>): Promise<void> {
  const ari = parts.ari();
  const bridgeId = parts.names.talkBridge(command.bridgeId);
  const legs = command.legIds.map((legId) => livingLeg(parts, legId));
  const missing = legs.filter((leg) => leg.bridge !== bridgeId);
  if (missing.length === 0) return;
  await silenceOf(parts, missing);
  await created(async () => ari.bridges.createWithId({ bridgeId, type: TALK }));
  try {
    const channel = missing.map((leg) => leg.channelId);
    await whileItLives(async () => ari.bridges.addChannel({ bridgeId, channel }));
  } catch (error) {
    // Nobody may have come in: an empty bridge of nobody stays for ever.
    if (error instanceof DriverRefusal && missing.length === legs.length) {
      await orGone(async () => ari.bridges.destroy({ bridgeId }));
    }
    throw error;
  }
  for (const leg of missing) leg.bridge = bridgeId;
}

async function hangUp(parts: DriverParts, command: CommandOf<'hang-up'>): Promise<void> {
  const ari = parts.ari();
  const leg = parts.legs.get(command.legId);
  if (leg === undefined) return hangUpUnseen(parts, command.legId);
  if (command.saying.length === 0 || (!leg.isUp && leg.role !== 'inbound')) {
    return hangUpLeg(ari, leg);
  }
  if (leg.hasFarewell) return;
  leg.hasFarewell = true;
  const farewell = parts.names.farewell(leg.legId);
  try {
    if (await isPlaying(ari, farewell)) return; // Said by us before a restart, or by another node.
    await answer(parts, leg);
    await play(ari, leg, farewell, command.saying);
  } catch (error) {
    leg.hasFarewell = false;
    // It cannot hear us any more: what was wanted is its end.
    if (error instanceof DriverRefusal) return hangUpLeg(ari, leg);
    throw error;
  }
}

/** Hangs a leg up whose last words ended while there was no connection. */
export async function finishFarewell({ ari, names }: DriverParts, leg: Leg): Promise<void> {
  const isStillHeard = await isPlaying(ari(), names.farewell(leg.legId));
  if (!isStillHeard) await hangUpLeg(ari(), leg);
}

/** Hangs a channel up now. One that is gone is fine. */
export async function hangUpLeg(ari: Ari, leg: Leg): Promise<void> {
  if (!leg.isHangingUp) leg.isEndedByUs = true;
  await orGone(async () => ari.channels.hangup({ channelId: leg.channelId }));
}

/** A leg of which no event told: should its channel live after all, it bears one of these names. */
async function hangUpUnseen({ ari, names, legs }: DriverParts, legId: LegId): Promise<void> {
  if (legs.hasEnded(legId)) return;
  const candidates = [names.channel('agent', legId), names.channel('customer', legId), legId];
  for (const channelId of candidates) {
    await orGone(async () => ari().channels.hangup({ channelId }));
  }
}

async function giveBack(parts: DriverParts, command: CommandOf<'give-back'>): Promise<void> {
  const ari = parts.ari();
  const leg = parts.legs.get(command.legId);
  if (leg === undefined || leg.isGivenBack) return;
  assert(leg.role === 'inbound', 'only a call that came in can be given back');
  leg.isGivenBack = true;
  // Asterisk would let it hear everything out first.
  for (const [playbackId, legId] of parts.playing) {
    if (legId === leg.legId) await stopPlayback(parts, playbackId);
  }
  await orGone(async () => ari.channels.continueInDialplan({ channelId: leg.channelId }));
}

function livingLeg({ legs }: DriverParts, legId: LegId): Leg {
  const leg = legs.get(legId);
  if (leg === undefined) throw new DriverRefusal('the leg is gone', 'vanished');
  return leg;
}

/** Asterisk knows no such thing (404), or the channel has left our application (409, 412, 422). */
const GONE: readonly number[] = [404, 409, 412, 422];

/** The answer; undefined when what the request is about is gone. */
export async function orGone<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AriRefusal && GONE.includes(error.status)) return undefined;
    throw asRefusal(error, 'congestion');
  }
}

/** Does something to a leg. @throws DriverRefusal when it is gone */
async function whileItLives(ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    throw asRefusal(error, 'vanished');
  }
}

/** Creates something that may exist already: Asterisk says 409 to that. */
async function created(ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof AriRefusal && error.status === 409)) {
      throw asRefusal(error, 'congestion');
    }
  }
}

/** Asterisk's refusal in the words of the port; other errors unchanged. */
export function asRefusal(error: unknown, ending: LegEnding): unknown {
  if (error instanceof AriRefusal) return new DriverRefusal(error.message, ending);
  return error;
}
