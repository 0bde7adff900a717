import type { HoursSetup } from '../../core/centre/centre.ts';
import type { PhoneNumber } from '../../core/numbers/number.ts';
import type { CallbackId, LineId, PbxId, QueueId, TenantId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import type { CallbackSettings, QueueSettings } from '../../core/queues/settings.ts';
import type { Origins } from '../../core/rules/origins.ts';
import type { Rule } from '../../core/rules/rule.ts';
import type { Transaction } from '../database.ts';
import type { StoredHours } from '../situations/load.ts';
import { sql, sqlFile } from '../statement.ts';

const ENTRY = sqlFile(import.meta.url, './missed-entry.sql');
/** Whoever tells the same call at the same time waits here for the other's answer. */
const CLAIM = sql(
  'missed-call-claim',
  `insert into missed_call (tenant_id, external_id, told_at, why) values ($1, $2, $3, $4)
   on conflict (tenant_id, external_id) do nothing returning external_id`,
);
const ANSWER_OF = sql(
  'missed-call-answer-of',
  'select answer from missed_call where tenant_id = $1 and external_id = $2',
);
const SET_ANSWER = sql(
  'missed-call-set-answer',
  'update missed_call set answer = $3 where tenant_id = $1 and external_id = $2',
);

/** What another system was told about a missed call; null fields do not apply. */
export interface MissedCallAnswer {
  readonly callbackId: CallbackId | null;
  /** Why it is not followed up by a new callback. */
  readonly obstacle: { readonly code: string; readonly text: string } | null;
}

/** Where a missed call would have stood, and all that decides about it. */
export interface MissedEntry {
  readonly queueId: QueueId;
  readonly pbxId: PbxId;
  readonly lineId: LineId;
  readonly sequence: number;
  readonly priority: number;
  readonly queue: QueueSettings;
  readonly origins: Origins;
  readonly hours: StoredHours | null;
  readonly tenantZone: string | null;
  readonly openCallback: CallbackId | null;
  readonly calledAgain: boolean;
  readonly requestsStopped: boolean;
}

/** Which call is asked about. Either the number or the name of the queue is given. */
export interface MissedQuestion {
  readonly dialledNumber: PhoneNumber | null;
  readonly queueName: string | null;
  readonly number: PhoneNumber | null;
  readonly calledAt: EpochMs;
}

interface EntryRow {
  queue_id: QueueId;
  name: string;
  number: PhoneNumber | null;
  priority: number;
  callback: CallbackSettings;
  pbx_id: PbxId;
  line_id: LineId;
  call_priority: number;
  number_enabled: boolean;
  time_zone: string | null;
  weekly: HoursSetup['weekly'];
  holidays: HoursSetup['holidays'];
  tenant_zone: string | null;
  sequence: number;
  rules: readonly Rule[];
  open_callback: CallbackId | null;
  called_again: boolean;
  requests_stopped: boolean;
}

/** The queue that the call was for; null when the number or the name leads to none. */
export async function missedEntry(
  tx: Transaction,
  tenantId: TenantId,
  { dialledNumber, queueName, number, calledAt }: MissedQuestion,
): Promise<MissedEntry | null> {
  const at = new Date(calledAt).toISOString();
  const [row] = await tx.query<EntryRow>(ENTRY, [tenantId, dialledNumber, queueName, number, at]);
  if (row === undefined) return null;
  const { name, priority, callback, time_zone: timeZone, weekly, holidays } = row;
  return {
    queueId: row.queue_id,
    pbxId: row.pbx_id,
    lineId: row.line_id,
    sequence: row.sequence,
    priority: row.call_priority,
    queue: { name, number: row.number, priority, callback },
    origins: { numberEnabled: row.number_enabled, rules: row.rules },
    hours: timeZone === null ? null : { timeZone, weekly, holidays },
    tenantZone: row.tenant_zone,
    openCallback: row.open_callback,
    calledAgain: row.called_again,
    requestsStopped: row.requests_stopped,
  };
}

/** Takes a missed call by its external id; when it was told before, the answer of then. */
export async function claimMissedCall(
  tx: Transaction,
  tenantId: TenantId,
  told: { readonly externalId: string; readonly why: string | null },
  nowMs: EpochMs,
): Promise<MissedCallAnswer | null> {
  const { externalId, why } = told;
  const at = new Date(nowMs).toISOString();
  const claimed = await tx.query(CLAIM, [tenantId, externalId, at, why]);
  if (claimed.length > 0) return null;
  const [row] = await tx.query<{ answer: MissedCallAnswer | null }>(ANSWER_OF, [
    tenantId,
    externalId,
  ]);
  return row?.answer ?? null;
}

/** Keeps what was answered, for whoever tells it again. */
export async function setMissedAnswer(
  tx: Transaction,
  tenantId: TenantId,
  externalId: string,
  answer: MissedCallAnswer,
): Promise<void> {
  await tx.query(SET_ANSWER, [tenantId, externalId, JSON.stringify(answer)]);
}
