import { AriRefusal } from './answers.ts';
import { inBackground } from './background.ts';
import type { DriverParts } from './driver-parts.ts';
import type { Leg } from './legs.ts';

/** So soon a speech that does not end is stopped again: nobody understands a word in that time. */
const STOP_AGAIN_MS = 50;
/** Ten seconds: "nine hundred ninety-nine" takes four. */
const STOPS_MAX = 200;

/**
 * Ends a speech. Asterisk cannot interrupt a number that it says (500, `Could not stop playback`), and would go on to the
 * pieces after it. So it is asked again until the speech has ended.
 */
export async function stopPlayback(parts: DriverParts, playbackId: string): Promise<void> {
  if (parts.playing.has(playbackId) && !parts.stopped.has(playbackId)) {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    parts.stopped.set(playbackId, { ended, end });
    stopAgain(parts, playbackId, STOPS_MAX);
  }
  await askToStop(parts, playbackId);
}

/** The speech is not heard any more. */
export function hasEnded({ playing, stopped }: DriverParts, playbackId: string): void {
  playing.delete(playbackId);
  stopped.get(playbackId)?.end();
  stopped.delete(playbackId);
}

/**
 * Waits until these legs hear nothing any more of what was stopped. Asterisk would move them only after all of it, and do
 * nothing else meanwhile that is asked for on the same connection.
 */
export async function silenceOf(
  { playing, stopped }: DriverParts,
  legs: readonly Leg[],
): Promise<void> {
  const theirs = [...playing].filter(([, legId]) => legs.some((leg) => leg.legId === legId));
  await Promise.all(theirs.map(async ([playbackId]) => stopped.get(playbackId)?.ended));
}

async function askToStop({ ari }: DriverParts, playbackId: string): Promise<void> {
  try {
    await ari().playbacks.stop({ playbackId });
  } catch (error) {
    if (!(error instanceof AriRefusal)) throw error; // Refused: it has ended, or is at a number.
  }
}

function stopAgain(parts: DriverParts, playbackId: string, times: number): void {
  const stopping = parts.stopped.get(playbackId);
  parts.world.timers.after(STOP_AGAIN_MS, () => {
    if (stopping === undefined || parts.stopped.get(playbackId) !== stopping) return;
    if (times === 0) {
      stopping.end();
      return;
    }
    stopAgain(parts, playbackId, times - 1);
    inBackground(parts, 'stopping a speech that goes on', async () => askToStop(parts, playbackId));
  });
}
