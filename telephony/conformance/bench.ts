import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { present } from '../../core/prelude/assert.ts';
import { id, type LegId } from '../../core/prelude/ids.ts';
import type {
  Driver,
  DriverCommand,
  DriverEvent,
  OriginateCommand,
  PbxSnapshot,
} from '../driver.ts';
import type {
  AnswerHabit,
  CallerPlan,
  ConformanceRig,
  OutsideCaller,
  OutsidePhone,
} from './rig.ts';

type EventOf<Kind extends DriverEvent['kind']> = Extract<DriverEvent, { readonly kind: Kind }>;

/** Picks up after a moment and stays. */
export const ANSWERS: AnswerHabit = {
  kind: 'answer',
  afterSeconds: 0.5,
  hangsUpAfterSeconds: null,
};

/** Calls with a number, does nothing and stays. */
export const WAITS: CallerPlan = {
  number: '+12025550123',
  presses: [],
  hangsUpAfterSeconds: null,
};

/** One driver on a rig, and everything it has told: what a case works with. */
export class Bench {
  readonly rig: ConformanceRig;
  readonly driver: Driver;
  /** What the driver has told, in order. */
  readonly events: DriverEvent[] = [];

  constructor(rig: ConformanceRig) {
    this.rig = rig;
    this.driver = rig.driver((event) => {
      this.events.push(event);
    });
  }

  /** Connects a driver and waits until it is ready. */
  static async connected(rig: ConformanceRig): Promise<Bench> {
    const bench = new Bench(rig);
    await bench.event('connected');
    return bench;
  }

  /** Waits for the first event of this kind that matches, at or behind place `from`. */
  async event<Kind extends DriverEvent['kind']>(
    kind: Kind,
    matches: (event: EventOf<Kind>) => boolean = () => true,
    from = 0,
  ): Promise<EventOf<Kind>> {
    const find = (): EventOf<Kind> | undefined =>
      this.events
        .slice(from)
        .find((event): event is EventOf<Kind> => isOf(event, kind) && matches(event));
    await this.rig.until(`${kind}; told so far: ${this.#told()}`, () => find() !== undefined);
    return present(find(), kind);
  }

  /** Waits until a leg has ended, and tells how. */
  async ending(legId: LegId): Promise<string> {
    const ended = await this.event('leg-ended', (event) => event.legId === legId);
    return ended.ending;
  }

  /** Waits until a leg has been answered. */
  async answered(legId: LegId): Promise<void> {
    await this.event('leg-answered', (event) => event.legId === legId);
  }

  async execute(command: DriverCommand): Promise<void> {
    return this.rig.settled(this.driver.execute(command));
  }

  /** Expects a command to be turned away with this kind of error. */
  async isTurnedAway(command: DriverCommand, by: new (message: string) => Error): Promise<void> {
    await expect(this.execute(command)).rejects.toBeInstanceOf(by);
  }

  async snapshot(): Promise<PbxSnapshot> {
    return this.rig.settled(this.driver.snapshot());
  }

  /** The legs that the PBX lists now. */
  async listed(): Promise<readonly LegId[]> {
    return (await this.snapshot()).legs.map((leg) => leg.legId);
  }

  /** Someone calls, and waits on hold. */
  async heldCaller(plan: CallerPlan): Promise<{ caller: OutsideCaller; legId: LegId }> {
    const from = this.events.length;
    const caller = await this.rig.caller(plan);
    const { legId } = await this.event('call-arrived', () => true, from);
    await this.execute({ kind: 'hold', legId, queueName: 'support' });
    return { caller, legId };
  }

  /** Calls a phone and waits until it has been answered. */
  async talkingTo(role: OriginateCommand['role'], phone: OutsidePhone): Promise<LegId> {
    const call = callTo(role, phone.dial);
    await this.execute(call);
    await this.answered(call.legId);
    return call.legId;
  }

  async hasHeard(who: OutsideCaller | OutsidePhone, prompt: string): Promise<boolean> {
    return (await who.heard()).some((heard) => heard.prompt === prompt);
  }

  #told(): string {
    return this.events.map((event) => event.kind).join(', ');
  }
}

function isOf<Kind extends DriverEvent['kind']>(
  event: DriverEvent,
  kind: Kind,
): event is EventOf<Kind> {
  return event.kind === kind;
}

/** A call under a new leg id. */
export function callTo(
  role: OriginateCommand['role'],
  to: string,
  changes: Partial<OriginateCommand> = {},
): OriginateCommand {
  return {
    kind: 'originate',
    legId: id<'leg'>(randomUUID()),
    role,
    to,
    callerId: { name: 'CALLBACK support', number: '+12025550199' },
    ringTimeoutSeconds: 20,
    ...changes,
  };
}
