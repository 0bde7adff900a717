import type { Agent, Occupation, Presence } from '../../core/agents/agent.ts';
import type { SecondChance } from '../../core/callbacks/second-chance.ts';
import type { AttemptOutcome, CallbackState } from '../../core/callbacks/states.ts';
import type { DeviceState } from '../../core/calls/endings.ts';
import type { HoursSetup } from '../../core/centre/centre.ts';
import type {
  Attempt,
  AttemptState,
  Callback,
  CallbackOrigin,
  CallEnding,
  CustomerCall,
  Interaction,
  InteractionEnding,
  InteractionState,
  Offer,
  ParkReason,
  Place,
  Situation,
  Standing,
  Timers,
} from '../../core/interactions/situation.ts';
import type { PhoneNumber } from '../../core/numbers/number.ts';
import type { NumberRefusal } from '../../core/numbers/verdict.ts';
import type {
  AgentId,
  AttemptId,
  CallbackId,
  InteractionId,
  LegId,
  LineId,
  OfferId,
  PbxId,
  QueueId,
  RouteId,
  TenantId,
  TicketId,
} from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import type { CallbackSettings, QueueSettings } from '../../core/queues/settings.ts';
import { settingsWith } from '../../core/rules/resolve.ts';
import type { Behaviour, Rule } from '../../core/rules/rule.ts';
import type { StoppedSpan, StopsNow } from '../../core/stops/stop.ts';
import { type Transaction, TransactionRetry } from '../database.ts';
import { sqlFile } from '../statement.ts';
import { chosenTimeOf } from './chosen-time.ts';

const LOCK = sqlFile(import.meta.url, './lock-situation.sql');
const LOAD = sqlFile(import.meta.url, './load-situation.sql');

/** Opening hours as they are set up. */
export type StoredHours = Omit<HoursSetup, 'name'>;

/** A situation under lock, with what the store needs to write it back. */
export interface LoadedSituation {
  readonly tenantId: TenantId;
  readonly situation: Situation;
  /** The number of the interaction's next command. */
  readonly nextCommand: number;
  /** When it was read, which is after its locks were taken. */
  readonly nowMs: EpochMs;
  /** True while a call with the callback's number is up, other than the live attempt's own. */
  readonly numberOnCall: boolean;
  /** The open callback that the customer's number has in this queue by another interaction. */
  readonly otherOpenCallback: CallbackId | null;
  /** The place of that promise; null when there is none, or when it is being kept at this moment. */
  readonly heldPlace: Place | null;
  /** True when the customer was answered in this queue by a later call of their own. */
  readonly gotThrough: boolean;
  /** When the last attempt that counts ended for the callback's number, whatever promise it was for; null: never. */
  readonly lastTriedUntil: EpochMs | null;
  /** The queue's opening hours; null when it is always open. */
  readonly hours: StoredHours | null;
  /** The zone of the company, in whose day customers may be called; null: not asked. */
  readonly tenantZone: string | null;
  /** The ticket that the callback has got before; null: none. */
  readonly ticketId: TicketId | null;
  readonly stops: StopsNow;
  /** When dialling was stopped since the place was taken, by beginning; they may overlap. */
  readonly stoppedSpans: readonly StoppedSpan[];
}

/**
 * Locks one interaction and loads all that is live around it. Null when there is no such interaction, or when the
 * epoch is not the one under which its PBX is owned; that it is stays true until the transaction ends.
 * @param epoch under which this node owns the PBX, as it believes; null when that is not asked
 * @throws TransactionRetry when the agent changed between looking and locking.
 */
export async function lockSituation(
  tx: Transaction,
  tenantId: TenantId,
  interactionId: InteractionId,
  epoch: number | null,
): Promise<LoadedSituation | null> {
  const [locked] = await tx.query<{ agent_id: AgentId | null; held: boolean }>(LOCK, [
    tenantId,
    interactionId,
    epoch,
  ]);
  if (locked?.held !== true) return null;
  const loaded = await loadSituation(tx, tenantId, interactionId);
  if (loaded !== null && (loaded.situation.agent?.id ?? null) !== locked.agent_id) {
    throw new TransactionRetry('the agent of the interaction changed while it was being locked');
  }
  return loaded;
}

/** Loads without locking: for looking only. */
export async function loadSituation(
  tx: Transaction,
  tenantId: TenantId,
  interactionId: InteractionId,
): Promise<LoadedSituation | null> {
  const [row] = await tx.query<SituationRow>(LOAD, [tenantId, interactionId]);
  if (row === undefined) return null;
  return {
    tenantId,
    nextCommand: row.next_command,
    nowMs: tx.timeFrom(row.now),
    numberOnCall: row.on_call,
    otherOpenCallback: row.other_open_callback,
    heldPlace: row.held_place,
    gotThrough: row.got_through,
    lastTriedUntil: row.last_tried_until,
    hours:
      row.time_zone === null
        ? null
        : { timeZone: row.time_zone, weekly: row.weekly, holidays: row.holidays },
    tenantZone: row.tenant_zone,
    ticketId: row.ticket_id,
    stops: {
      requests: row.requests_stopped,
      dialling: row.stopped_spans.some(({ to }) => to === null),
    },
    stoppedSpans: row.stopped_spans,
    situation: {
      interaction: interactionOf(row),
      callback: callbackOf(row),
      offer: offerOf(row),
      attempt: attemptOf(row),
      agent: agentOf(row),
      timers: row.timers,
      queue: queueOf(row),
      origins: { numberEnabled: row.number_enabled, rules: row.rules },
    },
  };
}

interface SituationRow {
  id: InteractionId;
  queue_id: QueueId;
  pbx_id: PbxId;
  line_id: LineId;
  state: InteractionState;
  customer_number: PhoneNumber | null;
  dialled_number: PhoneNumber | null;
  priority: number;
  entered_at: EpochMs;
  reentered_at: EpochMs | null;
  sequence: number;
  call_leg_id: LegId | null;
  call_state: CustomerCall['state'] | null;
  call_ending: CallEnding | null;
  call_ended_at: EpochMs | null;
  ending: InteractionEnding | null;
  number_refusal: NumberRefusal | null;
  revision: number;
  next_command: number;
  in_line: boolean;
  park_reason: ParkReason | null;
  parked_until: EpochMs | null;
  queue_name: string;
  queue_number: PhoneNumber | null;
  queue_priority: number;
  queue_callback: CallbackSettings;
  number_enabled: boolean;
  rules: readonly Rule[];
  other_open_callback: CallbackId | null;
  held_place: Place | null;
  got_through: boolean;
  time_zone: string | null;
  weekly: HoursSetup['weekly'];
  holidays: HoursSetup['holidays'];
  tenant_zone: string | null;
  requests_stopped: boolean;
  stopped_spans: readonly StoppedSpan[];
  callback_id: CallbackId | null;
  callback_state: CallbackState;
  callback_number: PhoneNumber;
  origin: CallbackOrigin;
  requested_at: EpochMs;
  rule: string | null;
  overrides: Behaviour | null;
  not_before: EpochMs | null;
  chosen_at: EpochMs | null;
  chosen_wall_time: string | null;
  chosen_time_zone: string | null;
  stated_zone: string | null;
  attempts_used: number;
  first_dialed_at: EpochMs | null;
  second_chance: SecondChance | null;
  inactive_at: EpochMs | null;
  callback_number_refusal: NumberRefusal | null;
  ticket_id: TicketId | null;
  ended_at: EpochMs | null;
  offer_id: OfferId | null;
  offer_state: 'ringing' | 'accepted';
  offered_at: EpochMs;
  connected_at: EpochMs | null;
  attempt_id: AttemptId | null;
  attempt_state: AttemptState;
  attempt_number: PhoneNumber;
  is_second_chance: boolean;
  started_at: EpochMs;
  route_id: RouteId | null;
  dialed_at: EpochMs | null;
  answered_at: EpochMs | null;
  noted_outcome: AttemptOutcome | null;
  agent_id: AgentId | null;
  agent_name: string;
  endpoint: string;
  presence: Presence;
  occupation: Occupation;
  agent_leg_id: LegId | null;
  device: DeviceState;
  idle_since: EpochMs;
  timers: Timers;
  on_call: boolean;
  last_tried_until: EpochMs | null;
  now: EpochMs;
}

/** The queue with what holds for this callback, if there is one. */
function queueOf(row: SituationRow): QueueSettings {
  return {
    name: row.queue_name,
    number: row.queue_number,
    priority: row.queue_priority,
    callback: settingsWith(row.queue_callback, row.overrides ?? {}),
  };
}

function interactionOf(row: SituationRow): Interaction {
  return {
    id: row.id,
    queueId: row.queue_id,
    pbxId: row.pbx_id,
    state: row.state,
    customerNumber: row.customer_number,
    dialledNumber: row.dialled_number,
    firstEnteredAt: row.entered_at,
    place: {
      lineId: row.line_id,
      priority: row.priority,
      enteredAt: row.reentered_at ?? row.entered_at,
      sequence: row.sequence,
    },
    standing: standingOf(row),
    call:
      row.call_leg_id === null || row.call_state === null
        ? null
        : {
            legId: row.call_leg_id,
            state: row.call_state,
            ending: row.call_ending,
            endedAt: row.call_ended_at,
          },
    ending: row.ending,
    numberRefusal: row.number_refusal,
    revision: row.revision,
  };
}

function standingOf(row: SituationRow): Standing {
  if (row.in_line) return { kind: 'in-line' };
  return row.park_reason === null || row.parked_until === null
    ? { kind: 'out' }
    : { kind: 'parked', reason: row.park_reason, until: row.parked_until };
}

function callbackOf(row: SituationRow): Callback | null {
  if (row.callback_id === null) return null;
  return {
    id: row.callback_id,
    state: row.callback_state,
    number: row.callback_number,
    origin: row.origin,
    chosenTime: chosenTimeOf(row),
    statedZone: row.stated_zone,
    requestedAt: row.requested_at,
    rule: row.rule,
    overrides: row.overrides ?? {},
    notBefore: row.not_before,
    attemptsUsed: row.attempts_used,
    firstDialedAt: row.first_dialed_at,
    secondChance: row.second_chance,
    inactiveAt: row.inactive_at,
    endedAt: row.ended_at,
    numberRefusal: row.callback_number_refusal,
  };
}

function offerOf(row: SituationRow): Offer | null {
  if (row.offer_id === null) return null;
  return {
    id: row.offer_id,
    state: row.offer_state,
    end: null,
    notAgainUntil: null,
    offeredAt: row.offered_at,
    connectedAt: row.connected_at,
  };
}

function attemptOf(row: SituationRow): Attempt | null {
  if (row.attempt_id === null) return null;
  return {
    id: row.attempt_id,
    state: row.attempt_state,
    number: row.attempt_number,
    isSecondChance: row.is_second_chance,
    startedAt: row.started_at,
    routeId: row.route_id,
    dialedAt: row.dialed_at,
    answeredAt: row.answered_at,
    notedOutcome: row.noted_outcome,
    outcome: null,
  };
}

function agentOf(row: SituationRow): Agent | null {
  if (row.agent_id === null) return null;
  return {
    id: row.agent_id,
    name: row.agent_name,
    endpoint: row.endpoint,
    presence: row.presence,
    occupation: row.occupation,
    legId: row.agent_leg_id,
    device: row.device,
    idleSince: row.idle_since,
  };
}
