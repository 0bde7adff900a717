import type { Progress } from './progress.ts';

/** What whoever runs this process wants of it. */
export interface StopWish {
  /** Resolves when the process is to end. */
  readonly asked: Promise<void>;
  /** Resolves when it is to end without finishing what it has begun. */
  readonly urged: Promise<void>;
}

/** Where signals come from; `process` is one. */
export interface Signals {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
}

/** Ctrl-C, the service manager, and the terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm passes on what the terminal has sent to us as well, so one Ctrl-C comes twice; in milliseconds. */
const SAME_WISH_MS = 1_000;

/** Listens for signals from now on to the end of the process: none of them ends it by itself any more. */
export function stopWishOf(signals: Signals, nowMs: () => number): StopWish {
  const received: number[] = [];
  const waiting: (() => void)[] = [];
  for (const signal of SIGNALS) {
    signals.on(signal, () => {
      received.push(nowMs());
      for (const look of waiting) look();
    });
  }
  const when = async (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(() => {
        if (holds()) resolve();
      });
    });
  return {
    asked: when(() => received.length > 0),
    urged: when(() => (received.at(-1) ?? 0) - (received[0] ?? 0) > SAME_WISH_MS),
  };
}

/** Something that was opened and must be closed. */
export interface Opened {
  /** For a line such as "closing the engine failed". */
  readonly what: string;
  readonly close: () => Promise<void> | void;
  /** How long closing may take, in milliseconds. What is left undone then is mended by the next start. */
  readonly patienceMs: number;
  /** True for what is closed properly even when the end is urged: the next start would suffer. */
  readonly mustClose?: boolean;
}

/** Everything that was opened, to be closed in reverse order. */
export class OpenedThings {
  private readonly things: Opened[] = [];

  /** Notes something that was just opened. */
  add(thing: Opened): void {
    this.things.push(thing);
  }

  /**
   * Closes everything. What fails, or takes too long, is told and holds nothing up.
   * @returns False when something was not closed properly.
   */
  async close(progress: Progress, urged: Promise<void>): Promise<boolean> {
    let isClean = true;
    for (const thing of this.things.splice(0).toReversed()) {
      const problem = await closeOne(thing, urged);
      if (problem === null) continue;
      isClean = false;
      progress.say(`closing the ${thing.what}: ${problem}`);
    }
    return isClean;
  }
}

/** Null when it was closed, else why not. */
async function closeOne(
  { close, patienceMs, mustClose = false }: Opened,
  urged: Promise<void>,
): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, patienceMs, `not done after ${(patienceMs / 1000).toString()} s`);
  });
  const ways = mustClose ? [late] : [late, urged.then(() => 'left undone, as asked')];
  try {
    return await Promise.race([Promise.resolve(close()).then(() => null), ...ways]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
