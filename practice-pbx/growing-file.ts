import { readFileSync, watch, writeFileSync } from 'node:fs';

/** Longest time a wait takes before it fails, unless the caller says otherwise: far more than a busy machine needs. */
export const WAIT_MS = 60_000;
/** Notifications of the file system may be lost under load; this look-up is the net below them. */
const SAFETY_LOOK_MS = 200;

/** A file that another process writes to: a log or a message trace. */
export class GrowingFile {
  readonly path: string;

  /** Creates the file empty, so that it can be watched before its writer opens it. */
  constructor(path: string) {
    this.path = path;
    writeFileSync(path, '');
  }

  /** Everything written so far, one character per byte. */
  bytes(): string {
    return readFileSync(this.path, 'latin1');
  }

  /** Resolves with what `find` returns as soon as that is something; looks again whenever the file grows. */
  async waitFor<T>(find: () => T | undefined, what: string, withinMs = WAIT_MS): Promise<T> {
    const at = find();
    if (at !== undefined) return at;
    return new Promise<T>((resolve, reject) => {
      const look = (): void => {
        try {
          const found = find();
          if (found !== undefined) {
            settle(() => {
              resolve(found);
            });
          }
        } catch (error) {
          settle(() => {
            reject(error instanceof Error ? error : new Error(String(error)));
          });
        }
      };
      const settle = (finish: () => void): void => {
        watcher.close();
        clearInterval(net);
        clearTimeout(deadline);
        finish();
      };
      const watcher = watch(this.path, look);
      const net = setInterval(look, SAFETY_LOOK_MS);
      const deadline = setTimeout(() => {
        settle(() => {
          reject(this.missed(what, withinMs));
        });
      }, withinMs);
    });
  }

  private missed(what: string, withinMs: number): Error {
    const tail = this.bytes().slice(-3000);
    return new Error(
      `not within ${withinMs.toString()} ms: ${what}. End of ${this.path}:\n${tail}`,
    );
  }
}
