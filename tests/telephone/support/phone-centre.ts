import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createTestDatabase } from '../../support/database.ts';
import { eventually, type RingbackNode, startRingback } from '../../support/ringback-node.ts';
import { migrated } from '../../support/sandbox-centre.ts';
import { type Asterisk, startAsterisk } from './asterisk.ts';
import { CuttableProxy } from './cuttable-proxy.ts';
import { type MortalDatabase, startMortalDatabase } from './mortal-database.ts';
import {
  type CalledPhone,
  type Caller,
  type Plan,
  startAgentPhone,
  startCaller,
  startCarrier,
} from './phones.ts';

/** The number that customers dial, and the one that the carrier route shows when nothing better is known. */
export const SUPPORT_NUMBER = '+12025550120';
const ROUTE_NUMBER = '+12025550199';
const QUEUE_NUMBER = '+12025550110';
/** Tests run at night as well. */
const AT_ANY_TIME = { from: '00:00', to: '24:00' };

/** What differs from one agent who answers at once and a carrier whose people answer at once. */
export interface PhoneCentreOptions {
  readonly agents?: readonly Plan[];
  readonly carrier?: Plan;
  /** Callback settings of the queue, as in centre.yaml. */
  readonly callback?: Readonly<Record<string, unknown>>;
  readonly lines?: number;
  readonly hours?: readonly unknown[];
  /** As in centre.yaml. */
  readonly rules?: readonly unknown[];
  /** Ringback reaches the PBX through `ariLine`. */
  readonly isLineCuttable?: boolean;
  /** A PostgreSQL of the centre's own that loses nothing it has committed, so that it can be killed. */
  readonly isDatabaseMortal?: boolean;
}

/** A callback as the API shows it. */
export interface CallbackSeen {
  readonly id: string;
  readonly interactionId: string;
  readonly number: string;
  readonly state: string;
  readonly attemptsUsed: number;
  readonly ticket: { readonly id: string; readonly reason: string } | null;
}

/** A whole contact centre of real parts: Asterisk, sipp phones and carrier, PostgreSQL, and Ringback as a process. */
export interface PhoneCentre {
  readonly asterisk: Asterisk;
  readonly carrier: CalledPhone;
  readonly agents: readonly CalledPhone[];
  readonly databaseUrl: string;
  /** What Ringback connects through, with `isLineCuttable`. */
  readonly ariLine: CuttableProxy;
  /** The database server, with `isDatabaseMortal`. */
  readonly mortal: MortalDatabase | null;
  /** The node that is asked: the one that was started last, unless told otherwise. */
  node(): RingbackNode;
  /** From now on this node is asked. */
  ask(node: RingbackNode): void;
  /** Starts one more node on the same database, with these settings on top of the usual. */
  startNode(environment?: Readonly<Record<string, string>>): Promise<RingbackNode>;
  /** A customer dials the support queue. */
  call(from: string | null): Promise<Caller>;
  /** A customer dials, hears the offer, presses 1 and is told that they will be called. Resolves when they are off the phone. */
  requestCallback(from: string): Promise<Caller>;
  /** The same in a hurry: presses 1 as soon as somebody answers. Several may do so at once. */
  requestAtOnce(from: string): Promise<Caller>;
  /** Gives the queue other callback settings. */
  configure(callback: Readonly<Record<string, unknown>>): Promise<void>;
  /** Sets the presence of agent 1, 2 … */
  setAgent(agent: number, presence: 'available' | 'away'): Promise<void>;
  setAgents(presence: 'available' | 'away'): Promise<void>;
  callbacks(): Promise<readonly CallbackSeen[]>;
  /** Waits until the only callback, or that of `number`, is in this state. */
  callbackIn(state: string, number?: string): Promise<CallbackSeen>;
  /** Rows of any statement, for looking from outside. */
  rows<Row extends object>(text: string): Promise<Row[]>;
  close(): Promise<void>;
}

/** Starts everything and waits until the PBX is ready for calls. Agents are away until `setAgents`. */
export async function openPhoneCentre(options: PhoneCentreOptions = {}): Promise<PhoneCentre> {
  const plans = options.agents ?? [{ otherwise: [{ kind: 'answer' }] }];
  const asterisk = await startAsterisk({ agents: plans.length });
  const carrier = await startCarrier(
    asterisk,
    options.carrier ?? { otherwise: [{ kind: 'answer' }] },
  );
  const agents = await Promise.all(
    plans.map(async (plan, index) => startAgentPhone(asterisk, index + 1, plan)),
  );
  const folder = mkdtempSync(join(tmpdir(), 'ringback-centre-'));
  const passwordFile = join(folder, 'ari');
  writeFileSync(passwordFile, asterisk.ari.password, { mode: 0o600 });
  const mortal = options.isDatabaseMortal === true ? await startMortalDatabase() : null;
  const database = mortal ?? (await createTestDatabase({ name: 'migrated', prepare: migrated }));
  const looker = new pg.Pool({ connectionString: mortal?.directUrl ?? database.url, max: 1 });
  looker.on('error', () => undefined); // Tests end connections on purpose.

  const ariLine = await CuttableProxy.to(Number(new URL(asterisk.ari.url).port));
  const nodes: RingbackNode[] = [];
  const callers: Caller[] = [];
  let asked: RingbackNode | null = null;
  const startNode: PhoneCentre['startNode'] = async (environment = {}) => {
    const node = await startRingback(database.url, environment);
    nodes.push(node);
    asked = node;
    return node;
  };
  const node = (): RingbackNode => {
    if (asked === null) throw new Error('no node was started');
    return asked;
  };
  await startNode();
  const ariUrl =
    options.isLineCuttable === true
      ? `http://127.0.0.1:${ariLine.port.toString()}`
      : asterisk.ari.url;
  const configure = async (callback: PhoneCentreOptions['callback']): Promise<void> => {
    const centre = configurationFor(asterisk, { passwordFile, ariUrl, ...options, callback });
    await node().api('PUT', '/api/v1/configuration', centre);
  };
  await configure(options.callback);
  const rows = async <Row extends object>(text: string): Promise<Row[]> =>
    (await looker.query<Row & Record<string, unknown>>(text)).rows;
  const call = async (from: string | null): Promise<Caller> => {
    const caller = await startCaller(asterisk, SUPPORT_NUMBER, from);
    callers.push(caller);
    return caller;
  };
  const callbacks = async (): Promise<readonly CallbackSeen[]> =>
    (await node().api<{ items: CallbackSeen[] }>('GET', '/api/v1/callbacks')).items;
  const setAgent: PhoneCentre['setAgent'] = async (agent, presence) => {
    await node().api('PUT', `/api/v1/agents/desk-${agent.toString()}/presence`, { presence });
  };
  const centre: PhoneCentre = {
    asterisk,
    carrier,
    agents,
    databaseUrl: database.url,
    ariLine,
    mortal,
    node,
    ask: (other) => {
      asked = other;
    },
    startNode,
    call,
    requestCallback: async (from) => {
      const offers = asterisk.played().filter(({ file }) => file === 'ringback/offer').length;
      const caller = await call(from);
      await asterisk.waitForPlayed('ringback/offer', undefined, offers + 1);
      await caller.press('1');
      await caller.ended();
      return caller;
    },
    requestAtOnce: async (from) => {
      const caller = await call(from);
      await caller.press('1');
      await caller.ended();
      return caller;
    },
    configure,
    setAgent,
    setAgents: async (presence) => {
      for (const index of plans.keys()) await setAgent(index + 1, presence);
    },
    callbacks,
    callbackIn: async (state, number) =>
      eventually(`a callback is ${state}`, async () => {
        const found = (await callbacks()).find(
          (seen) => number === undefined || seen.number === number,
        );
        return found?.state === state ? found : null;
      }),
    rows,
    close: async () => {
      await Promise.all(callers.map(async (caller) => caller.stop()));
      for (const running of nodes) await running.kill('SIGKILL');
      await Promise.all([carrier.stop(), ...agents.map(async (agent) => agent.stop())]);
      await ariLine.cut();
      await asterisk.stop();
      await looker.end();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await eventually('the PBX is ready', async () => {
    const [owner] = await rows<{ ready: boolean }>('select ready from pbx_owner');
    return owner?.ready === true ? true : null;
  });
  return centre;
}

/** centre.yaml of the test centre. */
function configurationFor(
  asterisk: Asterisk,
  options: Omit<PhoneCentreOptions, 'callback'> & {
    readonly callback: PhoneCentreOptions['callback'];
    readonly passwordFile: string;
    readonly ariUrl: string;
  },
): unknown {
  const { user } = asterisk.ari;
  const { ariUrl: url, passwordFile } = options;
  const route = {
    name: 'carrier',
    dial: 'PJSIP/{number}@carrier',
    callerId: ROUTE_NUMBER,
    lines: options.lines ?? 30,
  };
  const hours = options.hours ?? [];
  return {
    pbxs: [
      { name: 'main', driver: 'asterisk', url, username: user, passwordFile, routes: [route] },
    ],
    hours,
    queues: [
      {
        name: 'support',
        number: QUEUE_NUMBER,
        ...(hours.length > 0 ? { hours: 'opening' } : {}),
        callback: { wrapUp: 0, successAfter: 0, callingHours: AT_ANY_TIME, ...options.callback },
      },
    ],
    agents: asterisk.agentPorts.map((_port, index) => ({
      name: `desk-${(index + 1).toString()}`,
      endpoint: `PJSIP/agent${(index + 1).toString()}`,
      queues: ['support'],
    })),
    rules: options.rules ?? [],
    // Everybody in the tests lives in one exchange.
    numberPolicy: { hourly: { prefix: 10_000 } },
    numbers: [{ number: SUPPORT_NUMBER, queue: 'support' }],
  };
}
