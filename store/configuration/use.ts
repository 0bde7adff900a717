import type { TenantId } from '../../core/prelude/ids.ts';
import type { Transaction } from '../database.ts';
import { sqlFile } from '../statement.ts';
import type { Change, Changes, ConfiguredKind } from './changes.ts';

/** A change that cannot be made, and why. */
export interface ThingInUse {
  readonly kind: ConfiguredKind;
  readonly name: string;
  readonly change: 'changed' | 'removed';
  readonly reason: string;
}

/** Something that is to be removed or moved is in use; nothing has been changed. */
export class ConfigurationInUse extends Error {
  override readonly name = 'ConfigurationInUse';
  readonly inUse: readonly ThingInUse[];

  constructor(inUse: readonly ThingInUse[], options?: ErrorOptions) {
    const reasons = inUse.map(({ kind, name, reason }) => `${kind} ${name}: ${reason}`);
    super(`The configuration was not applied. ${reasons.join('; ')}`, options);
    this.inUse = inUse;
  }
}

/** What is known of the use of one thing. */
interface Use {
  readonly name: string;
  /** Calls and callbacks that are not over. */
  readonly open: number;
  /** Something refers to it for ever. */
  readonly past: boolean;
}

const USE = {
  pbx: sqlFile(import.meta.url, './used-pbxs.sql'),
  route: sqlFile(import.meta.url, './used-routes.sql'),
  queue: sqlFile(import.meta.url, './used-queues.sql'),
  agent: sqlFile(import.meta.url, './used-agents.sql'),
} as const;
type HeldKind = keyof typeof USE;

/** Fields whose change moves a thing away from calls that are going on. */
const MOVED_BY: Readonly<Record<HeldKind, readonly string[]>> = {
  pbx: ['driver'],
  route: [],
  queue: ['pbx'],
  agent: ['pbx'],
};

/** What of the changes is held up by calls, callbacks or history. */
export async function thingsInUse(
  tx: Transaction,
  tenantId: TenantId,
  changes: Changes,
): Promise<readonly ThingInUse[]> {
  const held: ThingInUse[] = [];
  for (const kind of ['pbx', 'route', 'queue', 'agent'] as const) {
    const risky = changes.filter((change) => change.kind === kind && isRisky(kind, change));
    if (risky.length === 0) continue;
    const uses = await tx.query<{ name: string; open: number; past: boolean }>(USE[kind], [
      tenantId,
      risky.map(({ name }) => name),
    ]);
    const useOf = new Map<string, Use>(uses.map((use) => [use.name, use]));
    held.push(...risky.flatMap((change) => heldBy(kind, change, useOf.get(change.name))));
  }
  return held;
}

function isRisky(kind: HeldKind, { change, fields }: Change): boolean {
  if (change === 'removed') return true;
  return change === 'changed' && fields.some(({ field }) => MOVED_BY[kind].includes(field));
}

function heldBy(
  kind: HeldKind,
  { name, change }: Change,
  use: Use | undefined,
): readonly ThingInUse[] {
  if (use === undefined || change === 'created') return [];
  if (use.open > 0) return [{ kind, name, change, reason: openReason(kind, use.open) }];
  if (change === 'removed' && use.past) return [{ kind, name, change, reason: PAST_REASON[kind] }];
  return [];
}

function openReason(kind: HeldKind, open: number): string {
  if (kind === 'agent') return 'the agent is on a call or in wrap-up; try again afterwards';
  if (kind === 'route') {
    return `it carries ${open.toString()} call(s); try again when they are over`;
  }
  return `${open.toString()} call(s) or callback(s) of it are not over; end them or wait for them`;
}

/** History names its queue and its agent for ever, so these stay and can be laid to rest. */
const PAST_REASON: Readonly<Record<HeldKind, string>> = {
  pbx: 'it has a history',
  route: 'it has a history',
  queue:
    'it has had calls, whose history keeps it; leave it in the file, without numbers and agents, to lay it to rest',
  agent:
    'the agent has been offered calls, whose history keeps the agent; leave the agent in the file with queues: [] instead',
};
