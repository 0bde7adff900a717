import type { Driver, DriverEvent } from '../telephony/driver.ts';

/** A PBX that takes everything and tells nothing: what remains is the time until a call leaves. */
export class SilentPbx {
  private readonly awaited = new Map<string, (atMs: number) => void>();

  /** Resolves with the monotonic time at which a call to this phone was handed to the PBX. */
  async originated(endpoint: string): Promise<number> {
    return new Promise((resolve) => this.awaited.set(endpoint, resolve));
  }

  /** The driver of this PBX. It is connected at once. */
  driver(listener: (event: DriverEvent) => void): Driver {
    const snapshot = { bootId: 'bench', version: 'bench', legs: [] };
    setImmediate(() => {
      listener({ kind: 'connected', snapshot });
    });
    return {
      execute: async (command) => {
        if (command.kind === 'originate') this.awaited.get(command.to)?.(performance.now());
        return Promise.resolve();
      },
      snapshot: async () => Promise.resolve(snapshot),
      isReady: () => true,
      close: async () => Promise.resolve(),
    };
  }
}
