import { Counter, Gauge, type Registry } from 'prom-client';
import { metrics } from '../contract/status.ts';
import { ATTEMPT_OUTCOMES, CALLBACK_STATES } from '../core/callbacks/states.ts';
import { PARK_REASONS } from '../core/interactions/situation.ts';
import { NUMBER_REFUSALS } from '../core/numbers/verdict.ts';
import type { EngineStatus } from '../engine/operations.ts';
import { DatabaseUnavailable } from '../store/database.ts';
import { type Figures, viewFigures } from '../store/views/figures.ts';
import { viewQueues } from '../store/views/queues.ts';
import { viewStops } from '../store/views/stops.ts';
import { countTickets } from '../store/views/tickets.ts';
import type { ServerDeps } from './deps.ts';
import { type Api, reply, serve } from './serve.ts';
import { STOPS_MAX } from './stops.ts';

/** Figures for Prometheus, read from the database at every scrape, so that every node tells the same. */
export function registerMetricsRoute(api: Api, deps: ServerDeps): void {
  const gauges = makeGauges(deps.registry);
  serve(api, metrics, async () => {
    const status = deps.operations.status();
    gauges.node.reset();
    gauges.node.set({ node: status.node, version: deps.version }, 1);
    setPbxs(gauges, status);
    await setCounts(gauges, deps);
    return reply(200, await deps.registry.metrics());
  });
}

interface Gauges {
  readonly node: Gauge<'node' | 'version'>;
  readonly databaseUp: Gauge;
  readonly pbxReady: Gauge<'pbx'>;
  readonly callbacks: Gauge<'state'>;
  readonly waitingCalls: Gauge<'queue'>;
  readonly parked: Gauge<'reason'>;
  readonly numberRefusals: Counter<'when' | 'reason'>;
  readonly attempts: Counter<'outcome'>;
  readonly stopped: Gauge<'what' | 'kind' | 'scope'>;
  readonly openTickets: Gauge;
  readonly unreadTickets: Gauge;
}

function makeGauges(registry: Registry): Gauges {
  const registers = [registry];
  return {
    node: new Gauge({
      name: 'ringback_node_info',
      help: 'Which node this is and which version it runs; always 1.',
      labelNames: ['node', 'version'],
      registers,
    }),
    databaseUp: new Gauge({
      name: 'ringback_database_up',
      help: '1 while the database can be reached.',
      registers,
    }),
    pbxReady: new Gauge({
      name: 'ringback_pbx_ready',
      help: '1 when this node holds the connection to the PBX and can place calls; sum over nodes.',
      labelNames: ['pbx'],
      registers,
    }),
    callbacks: new Gauge({
      name: 'ringback_callbacks',
      help: 'Callbacks that are kept, by state.',
      labelNames: ['state'],
      registers,
    }),
    waitingCalls: new Gauge({
      name: 'ringback_waiting_calls',
      help: 'Callers on the phone who talk to nobody yet, by queue.',
      labelNames: ['queue'],
      registers,
    }),
    stopped: new Gauge({
      name: 'ringback_stopped',
      help: '1 for each stop switch that holds requests or dialling back.',
      labelNames: ['what', 'kind', 'scope'],
      registers,
    }),
    openTickets: new Gauge({
      name: 'ringback_tickets_open',
      help: 'Tickets that wait for a human.',
      registers,
    }),
    unreadTickets: new Gauge({
      name: 'ringback_tickets_unread',
      help: 'Open tickets that nobody has looked at.',
      registers,
    }),
    parked: new Gauge({
      name: 'ringback_parked',
      help: 'Callbacks that keep their place but cannot be taken now, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    numberRefusals: new Counter({
      name: 'ringback_number_refusals_total',
      help: 'Numbers that the number policy refused, when a callback was asked for or due, by reason.',
      labelNames: ['when', 'reason'],
      registers,
    }),
    attempts: new Counter({
      name: 'ringback_attempts_total',
      help: 'Ended attempts to reach a customer, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
  };
}

function setPbxs({ pbxReady }: Gauges, { pbxs }: EngineStatus): void {
  pbxReady.reset();
  for (const { name, state } of pbxs) pbxReady.set({ pbx: name }, state === 'ready' ? 1 : 0);
}

/** A database that is away is a figure too: the others stay out rather than stay old. */
async function setCounts(gauges: Gauges, { database, shownTenant }: ServerDeps): Promise<void> {
  const { databaseUp, callbacks, attempts, waitingCalls, openTickets, unreadTickets } = gauges;
  const { stopped, parked, numberRefusals } = gauges;
  for (const gauge of [callbacks, attempts, waitingCalls, stopped, parked, numberRefusals]) {
    gauge.reset();
  }
  for (const gauge of [openTickets, unreadTickets]) gauge.remove();
  try {
    const tenantId = await shownTenant();
    const figures = await viewFigures(database, tenantId);
    const queues = await viewQueues(database, tenantId);
    for (const state of CALLBACK_STATES) {
      callbacks.set({ state }, figures.callbacks.get(state) ?? 0);
    }
    for (const outcome of Object.keys(ATTEMPT_OUTCOMES)) {
      attempts.inc({ outcome }, figures.attempts.get(outcome) ?? 0);
    }
    setRefusals(gauges, figures);
    for (const { name, waitingCalls: count } of queues) waitingCalls.set({ queue: name }, count);
    const stops = await viewStops(database, tenantId, { onlyNow: true, limit: STOPS_MAX });
    for (const { what, kind, scope } of stops) stopped.set({ what, kind, scope }, 1);
    const tickets = await countTickets(database, tenantId);
    openTickets.set(tickets.open);
    unreadTickets.set(tickets.unread);
    databaseUp.set(1);
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error;
    databaseUp.set(0);
  }
}

/** What keeps callbacks from being dialled; a reason that never came is told as 0, so that it can be watched. */
function setRefusals({ parked, numberRefusals }: Gauges, figures: Figures): void {
  for (const reason of PARK_REASONS) parked.set({ reason }, figures.parked.get(reason) ?? 0);
  for (const reason of Object.keys(NUMBER_REFUSALS)) {
    numberRefusals.inc({ when: 'asked', reason }, figures.refusedAsked.get(reason) ?? 0);
    numberRefusals.inc({ when: 'due', reason }, figures.refusedDue.get(reason) ?? 0);
  }
}
