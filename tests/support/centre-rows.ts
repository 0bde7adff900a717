import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { PbxSettings } from '../../core/centre/centre.ts';
import { CALLBACK_DEFAULTS } from '../../core/queues/settings.ts';

/** The tenant of every test. */
export const TENANT = '00000000-0000-0000-0000-000000000001';

/** Rows written past the engine, for tests of what only reads. */
export interface CentreRows {
  readonly lineId: string;
  readonly queueId: string;
  /** An interaction with its callback; the place is that of `enteredAt`. */
  readonly callback: (row?: Partial<CallbackRow>) => Promise<CallbackRow>;
  readonly attempt: (callback: CallbackRow, row: Partial<AttemptRow>) => Promise<string>;
  readonly parked: (callback: CallbackRow, reason: string, dueAt: string) => Promise<void>;
  readonly ticket: (callback: CallbackRow, reason: string) => Promise<void>;
  /** A caller on the phone; returns the interaction. */
  readonly call: (enteredAt: string, state: 'waiting' | 'offered') => Promise<string>;
  readonly agent: (name: string, presence: string) => Promise<string>;
}

/** What a test may say of a callback; times are ISO 8601. */
export interface CallbackRow {
  readonly id: string;
  readonly interactionId: string;
  readonly number: string;
  readonly state: string;
  readonly requestedAt: string;
  readonly enteredAt: string;
  readonly endedAt: string | null;
  readonly inLine: boolean;
}

/** What a test may say of an attempt. */
export interface AttemptRow {
  readonly state: string;
  readonly outcome: string | null;
  readonly startedAt: string;
}

/** What a sandbox needs to be reached: nothing. */
const SANDBOX: PbxSettings = {
  url: '',
  username: '',
  passwordFile: '',
  application: 'ringback',
  allowInsecure: false,
};

const ENDED = /^(?:completed|exhausted|expired|released|refused|cancelled|superseded)$/;

/** An empty centre with one PBX, one queue `support` and its line. */
export async function insertCentre(pool: pg.Pool): Promise<CentreRows> {
  const [pbxId, queueId, lineId] = [randomUUID(), randomUUID(), randomUUID()];
  await pool.query('truncate tenant, pbx cascade');
  await pool.query(`insert into tenant (id, name) values ($1, 'default')`, [TENANT]);
  await pool.query(
    `insert into pbx (tenant_id, id, name, driver, settings) values ($1, $2, 'main', 'sandbox', $3)`,
    [TENANT, pbxId, JSON.stringify(SANDBOX)],
  );
  await pool.query(
    `insert into queue (tenant_id, id, name, number, pbx_id, callback)
     values ($1, $2, 'support', '+12025550110', $3, $4)`,
    [TENANT, queueId, pbxId, JSON.stringify(CALLBACK_DEFAULTS)],
  );
  await pool.query('insert into line (tenant_id, id, queue_id) values ($1, $2, $3)', [
    TENANT,
    lineId,
    queueId,
  ]);
  const ids = { pbxId, queueId, lineId };
  return {
    queueId,
    lineId,
    callback: async (row = {}) => insertCallback(pool, ids, row),
    attempt: async (callback, row) => insertAttempt(pool, ids, callback, row),
    parked: async (callback, reason, dueAt) => insertParked(pool, ids, callback, { reason, dueAt }),
    ticket: async (callback, reason) => {
      await pool.query(
        `insert into ticket (tenant_id, id, callback_id, interaction_id, reason, opened_at)
         values ($1, $2, $3, $4, $5, $6)`,
        [TENANT, randomUUID(), callback.id, callback.interactionId, reason, callback.endedAt],
      );
    },
    call: async (enteredAt, state) => insertCall(pool, ids, enteredAt, state),
    agent: async (name, presence) => insertAgent(pool, ids, name, presence),
  };
}

interface Ids {
  readonly pbxId: string;
  readonly queueId: string;
  readonly lineId: string;
}

let sequence = 0;

async function insertInteraction(
  pool: pg.Pool,
  { pbxId, queueId, lineId }: Ids,
  interactionId: string,
  row: { state: string; number: string | null; enteredAt: string; legId: string | null },
): Promise<number> {
  sequence += 1;
  await pool.query(
    `insert into interaction (tenant_id, id, queue_id, pbx_id, line_id, state, customer_number, priority,
       entered_at, sequence, call_leg_id, call_state, ending, revision)
     values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11, $12, 1)`,
    [
      TENANT,
      interactionId,
      queueId,
      pbxId,
      lineId,
      row.state,
      row.number,
      row.enteredAt,
      sequence,
      row.legId,
      row.legId === null ? null : 'up',
      row.state === 'ended' ? 'called-back' : null,
    ],
  );
  return sequence;
}

async function insertCallback(
  pool: pg.Pool,
  ids: Ids,
  row: Partial<CallbackRow>,
): Promise<CallbackRow> {
  const state = row.state ?? 'waiting';
  const requestedAt = row.requestedAt ?? '2027-03-01T09:00:00Z';
  const whole: CallbackRow = {
    id: randomUUID(),
    interactionId: randomUUID(),
    number: `+1202555${(1000 + sequence).toString()}`,
    state,
    requestedAt,
    enteredAt: requestedAt,
    endedAt: ENDED.test(state) ? requestedAt : null,
    inLine: state === 'waiting',
    ...row,
  };
  const seq = await insertInteraction(pool, ids, whole.interactionId, {
    state: ENDED.test(state) ? 'ended' : 'callback',
    number: whole.number,
    enteredAt: whole.enteredAt,
    legId: null,
  });
  await pool.query(
    `insert into callback (tenant_id, id, interaction_id, queue_id, number, origin, state, requested_at, ended_at)
     values ($1, $2, $3, $4, $5, 'queue-offer', $6, $7, $8)`,
    [
      TENANT,
      whole.id,
      whole.interactionId,
      ids.queueId,
      whole.number,
      state,
      requestedAt,
      whole.endedAt,
    ],
  );
  if (whole.inLine) await insertPlace(pool, ids, whole.interactionId, [whole.enteredAt, seq]);
  return whole;
}

async function insertPlace(
  pool: pg.Pool,
  { lineId }: Ids,
  interactionId: string,
  [enteredAt, seq]: readonly [string, number],
): Promise<void> {
  await pool.query(
    `insert into place (tenant_id, line_id, priority, entered_at, seq, interaction_id)
     values ($1, $2, 0, $3, $4, $5)`,
    [TENANT, lineId, enteredAt, seq, interactionId],
  );
}

async function insertParked(
  pool: pg.Pool,
  { lineId }: Ids,
  { enteredAt, interactionId }: CallbackRow,
  { reason, dueAt }: { reason: string; dueAt: string },
): Promise<void> {
  await pool.query(
    `insert into parked (tenant_id, line_id, priority, entered_at, seq, interaction_id, reason, due_at)
     values ($1, $2, 0, $3, 1, $4, $5, $6)`,
    [TENANT, lineId, enteredAt, interactionId, reason, dueAt],
  );
}

async function insertAttempt(
  pool: pg.Pool,
  { pbxId }: Ids,
  callback: CallbackRow,
  row: Partial<AttemptRow>,
): Promise<string> {
  const id = randomUUID();
  const outcome = row.outcome ?? null;
  const startedAt = row.startedAt ?? callback.requestedAt;
  await pool.query(
    `insert into attempt (tenant_id, id, callback_id, interaction_id, pbx_id, number, state, started_at, ended_at, outcome)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      TENANT,
      id,
      callback.id,
      callback.interactionId,
      pbxId,
      callback.number,
      row.state ?? (outcome === null ? 'dialing' : 'ended'),
      startedAt,
      outcome === null ? null : startedAt,
      outcome,
    ],
  );
  return id;
}

async function insertCall(
  pool: pg.Pool,
  ids: Ids,
  enteredAt: string,
  state: 'waiting' | 'offered',
): Promise<string> {
  const interactionId = randomUUID();
  const seq = await insertInteraction(pool, ids, interactionId, {
    state,
    number: null,
    enteredAt,
    legId: interactionId,
  });
  if (state === 'waiting') await insertPlace(pool, ids, interactionId, [enteredAt, seq]);
  return interactionId;
}

async function insertAgent(
  pool: pg.Pool,
  { pbxId, lineId }: Ids,
  name: string,
  presence: string,
): Promise<string> {
  const id = randomUUID();
  await pool.query(
    `insert into agent (tenant_id, id, name, pbx_id, endpoint, presence, idle_since)
     values ($1, $2, $3, $4, $5, $6, '2027-03-01T08:00:00Z')`,
    [TENANT, id, name, pbxId, `PJSIP/${name}`, presence],
  );
  await pool.query('insert into agent_line (tenant_id, agent_id, line_id) values ($1, $2, $3)', [
    TENANT,
    id,
    lineId,
  ]);
  return id;
}
