import type { LegEnding } from '../core/calls/endings.ts';
import { id, type LegId } from '../core/prelude/ids.ts';
import type { Driver, DriverCommand, DriverEvent } from '../telephony/driver.ts';

/**
 * A PBX whose people lose no time: callers press 1 at once, agents and customers pick up at once, and talks end as they
 * begin. What remains is what the engine and the database need.
 */
export class EagerPbx {
  private readonly dialledNumber: string;
  private listener: (event: DriverEvent) => void = () => undefined;
  private readonly agentOf = new Map<LegId, LegId>();
  private calls = 0;
  /** Called when the agent of a callback has been let go: its life is over. */
  onLifeOver: () => void = () => undefined;

  constructor(dialledNumber: string) {
    this.dialledNumber = dialledNumber;
  }

  /** Somebody new calls. */
  call(): void {
    this.calls += 1;
    const callerNumber = `+1${(3_000_000_000 + this.calls).toString()}`;
    const legId = id<'leg'>(`bench-${this.calls.toString()}`);
    this.tell({
      kind: 'call-arrived',
      legId,
      callerNumber,
      dialledNumber: this.dialledNumber,
    });
  }

  /** The driver of this PBX. It is connected at once. */
  driver(listener: (event: DriverEvent) => void): Driver {
    this.listener = listener;
    const snapshot = { bootId: 'bench', version: 'bench', legs: [] };
    this.tell({ kind: 'connected', snapshot });
    return {
      execute: async (command) => {
        this.carryOut(command);
        return Promise.resolve();
      },
      snapshot: async () => Promise.resolve(snapshot),
      isReady: () => true,
      close: async () => Promise.resolve(),
    };
  }

  private carryOut(command: DriverCommand): void {
    switch (command.kind) {
      case 'hold':
        this.tell({ kind: 'digit', legId: command.legId, digit: '1' });
        return;
      case 'originate':
        this.tell({ kind: 'leg-answered', legId: command.legId });
        return;
      case 'speak':
        this.tell({ kind: 'speech-ended', legId: command.legId, speechId: command.speechId });
        return;
      case 'bridge':
        this.talk(command.legIds);
        return;
      case 'hang-up':
        this.end(command.legId, 'cancelled');
        if (this.agentOf.delete(command.legId)) this.onLifeOver();
        return;
      case 'stop-speech':
      case 'give-back':
      case 'watch-devices':
        return;
    }
  }

  private talk([first, second]: readonly [LegId, LegId]): void {
    this.agentOf.set(second, first);
    this.end(first, 'hung-up');
  }

  private end(legId: LegId, ending: LegEnding): void {
    this.tell({ kind: 'leg-ended', legId, ending });
  }

  private tell(event: DriverEvent): void {
    setImmediate(() => {
      this.listener(event);
    });
  }
}
