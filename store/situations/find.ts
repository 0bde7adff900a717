import type { PhoneNumber } from '../../core/numbers/number.ts';
import type {
  CallbackId,
  InteractionId,
  LegId,
  OfferId,
  PbxId,
  QueueId,
  TenantId,
} from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import type { Database, Transaction } from '../database.ts';
import { sql, sqlFile } from '../statement.ts';

const FIND_OUR_LEG = sqlFile(import.meta.url, './find-our-leg.sql');
const FIND_CALL_LEG = sqlFile(import.meta.url, './find-call-leg.sql');
const OPEN_CALLBACK = sqlFile(import.meta.url, './open-callback.sql');
const INTERACTION_OF_CALLBACK = sql(
  'interaction-of-callback',
  'select interaction_id from callback where tenant_id = $1 and id = $2',
);
const INTERACTION_ON_CALL = sql(
  'interaction-on-call',
  `select id from interaction where tenant_id = $1 and customer_number = $2 and call_state <> 'gone'
    order by entered_at desc limit 1`,
);
const INTERACTION_OF_AGENT = sql(
  'interaction-of-agent',
  'select interaction_id from reservation where tenant_id = $1 and agent_id = $2',
);

const OFFER_RINGS = sql(
  'offer-rings',
  `select from offer where tenant_id = $1 and id = $2 and state = 'ringing'`,
);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What a living channel is to us. */
export interface KnownLeg {
  readonly interactionId: InteractionId;
  readonly role: 'call' | 'agent' | 'customer';
}

interface KnownLegRow {
  interaction_id: InteractionId;
  role: KnownLeg['role'];
}

/** The interaction that a channel of a PBX belongs to; null when it is none of ours, or none any more. */
export async function findLeg(
  database: Database,
  tenantId: TenantId,
  pbxId: PbxId,
  legId: LegId,
): Promise<KnownLeg | null> {
  // Legs that we place carry UUIDs; a PBX's own channel ids look different.
  const [row] = UUID.test(legId)
    ? await database.query<KnownLegRow>(FIND_OUR_LEG, [legId])
    : await database.query<KnownLegRow>(FIND_CALL_LEG, [pbxId, legId, tenantId]);
  return row === undefined ? null : { interactionId: row.interaction_id, role: row.role };
}

/** The open callback that a number already has in a queue; a shared number may have many, and has none in this sense. */
export async function openCallback(
  tx: Transaction,
  tenantId: TenantId,
  queueId: QueueId,
  number: PhoneNumber,
): Promise<CallbackId | null> {
  const [row] = await tx.query<{ id: CallbackId }>(OPEN_CALLBACK, [tenantId, queueId, number]);
  return row?.id ?? null;
}

const OPEN_OF_NUMBER = sql(
  'open-callbacks-of-number',
  'select interaction_id from callback where tenant_id = $1 and number = $2 and open and not shared order by id',
);

/** Interactions whose promise to this number is open, in any queue; a shared number tells of nobody. */
export async function openCallbacksOf(
  database: Database,
  tenantId: TenantId,
  number: PhoneNumber,
): Promise<readonly InteractionId[]> {
  const rows = await database.query<{ interaction_id: InteractionId }>(OPEN_OF_NUMBER, [
    tenantId,
    number,
  ]);
  return rows.map((row) => row.interaction_id);
}

/** The interaction that a callback belongs to. */
export async function interactionOfCallback(
  database: Database,
  tenantId: TenantId,
  callbackId: CallbackId,
): Promise<InteractionId | null> {
  const [row] = await database.query<{ interaction_id: InteractionId }>(INTERACTION_OF_CALLBACK, [
    tenantId,
    callbackId,
  ]);
  return row?.interaction_id ?? null;
}

/** The latest interaction whose customer is on the phone with this number; null when nobody is. */
export async function interactionOnCall(
  database: Database,
  tenantId: TenantId,
  number: PhoneNumber,
): Promise<InteractionId | null> {
  const [row] = await database.query<{ id: InteractionId }>(INTERACTION_ON_CALL, [
    tenantId,
    number,
  ]);
  return row?.id ?? null;
}

/** The interaction that an agent is held for. */
export async function interactionOfAgent(
  database: Database,
  tenantId: TenantId,
  agentId: string,
): Promise<InteractionId | null> {
  const [row] = await database.query<{ interaction_id: InteractionId }>(INTERACTION_OF_AGENT, [
    tenantId,
    agentId,
  ]);
  return row?.interaction_id ?? null;
}

/** True while an agent is being asked by this offer. */
export async function offerRings(
  database: Database,
  tenantId: TenantId,
  offerId: OfferId,
): Promise<boolean> {
  return (await database.query(OFFER_RINGS, [tenantId, offerId])).length > 0;
}

const LIVE_LEGS = sqlFile(import.meta.url, './live-legs.sql');

/** A leg that our records say is alive. */
export interface LiveLeg extends Omit<KnownLeg, 'interactionId'> {
  readonly legId: LegId;
  /** Null for an agent's leg that belongs to no interaction any more. */
  readonly interactionId: InteractionId | null;
  /** The state of the interaction, offer or attempt it belongs to. */
  readonly state: string;
  readonly since: EpochMs;
  /** True when the PBX certainly had it: it came from there, or the PBX has said that it rings the agent. */
  readonly placed: boolean;
}

/** All legs on a PBX that our records say are alive. */
export async function liveLegs(
  database: Database,
  tenantId: TenantId,
  pbxId: PbxId,
): Promise<readonly LiveLeg[]> {
  const rows = await database.query<{
    interaction_id: InteractionId | null;
    leg_id: LegId;
    role: KnownLeg['role'];
    state: string;
    since: EpochMs;
    placed: boolean;
  }>(LIVE_LEGS, [tenantId, pbxId]);
  return rows.map(({ interaction_id, leg_id, role, state, since, placed }) => ({
    interactionId: interaction_id,
    legId: leg_id,
    role,
    state,
    since,
    placed,
  }));
}

/** True for an id that we gave to a leg; a PBX's own channel ids look different. */
export function isOurs(legId: LegId): boolean {
  return UUID.test(legId);
}
