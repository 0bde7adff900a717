import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { present } from '../../core/prelude/assert.ts';
import { id } from '../../core/prelude/ids.ts';
import { epochMs } from '../../core/prelude/time.ts';
import type { Timers } from '../../core/prelude/timers.ts';
import { type Driver, type DriverEvent, DriverInDoubt, type OriginateCommand } from '../driver.ts';
import { asteriskDriver } from './asterisk-driver.ts';

/** Time that passes only when it is told to: whether a wait is over is not left to the machine. */
class CrankedTimers implements Timers {
  #nowMs = 0;
  #waiting: { readonly atMs: number; readonly action: () => void }[] = [];

  nowMs(): ReturnType<Timers['nowMs']> {
    return epochMs(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, action: () => void): { cancel(): void } {
    const entry = { atMs: this.#nowMs + delayMs, action };
    this.#waiting.push(entry);
    return {
      cancel: () => {
        this.#waiting = this.#waiting.filter((each) => each !== entry);
      },
    };
  }

  isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const due = this.#waiting.filter(({ atMs }) => atMs <= untilMs);
      const [next] = due.toSorted((one, other) => one.atMs - other.atMs);
      if (next === undefined) break;
      this.#waiting = this.#waiting.filter((each) => each !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.action();
    }
    this.#nowMs = untilMs;
  }
}

/** The least that a driver takes for an Asterisk. It never answers a ping, and an originate only when told to. */
class ScriptedAsterisk {
  readonly originates: string[] = [];
  readonly sockets: WebSocket[] = [];
  readonly #http: Server;
  port = 0;
  url = '';

  constructor() {
    this.#http = createServer((_, response) => response.end(JSON.stringify(INFO)));
    const webSockets = new WebSocketServer({ server: this.#http, autoPong: false });
    webSockets.on('connection', (socket) => {
      this.sockets.push(socket);
      socket.on('message', (data: Buffer) => {
        this.#answer(socket, data.toString('utf8'));
      });
    });
  }

  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#http.listen(port, '127.0.0.1', resolve));
    const address = this.#http.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
    this.url = `http://127.0.0.1:${this.port.toString()}`;
    return this.url;
  }

  close(): void {
    for (const socket of this.sockets) socket.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
  }

  #answer(socket: WebSocket, text: string): void {
    const uri = /"uri":"(?<uri>[^"]*)"/.exec(text)?.groups?.['uri'] ?? '';
    const request = /"request_id":"(?<id>[^"]*)"/.exec(text)?.groups?.['id'] ?? '';
    if (uri.startsWith('channels/')) {
      this.originates.push(uri);
      return; // Silence: nobody can say what became of it.
    }
    const body = uri === 'asterisk/info' ? INFO : uri.startsWith('applications') ? APPLICATION : [];
    socket.send(
      JSON.stringify({
        type: 'RESTResponse',
        request_id: request,
        status_code: 200,
        message_body: JSON.stringify(body),
      }),
    );
  }
}

const INFO = {
  system: { version: '22.10.1', entity_id: '00:00:00:00:00:01' },
  status: { startup_time: '2026-01-01T00:00:00.000+0000', last_reload_time: '' },
};
const APPLICATION = {
  name: 'ringback',
  channel_ids: [],
  bridge_ids: [],
  endpoint_ids: [],
  device_names: [],
  events_allowed: [],
  events_disallowed: [],
};
const WHERE_TO_LOOK =
  'is Asterisk running, and do enabled=yes, bindaddr and bindport in http.conf fit the address?';
const CALL: OriginateCommand = {
  kind: 'originate',
  legId: id<'leg'>('leg-1'),
  role: 'agent',
  to: 'PJSIP/agent1',
  callerId: { name: 'CALLBACK support', number: '+12025550199' },
  ringTimeoutSeconds: 20,
};

let pbx: ScriptedAsterisk;
let timers: CrankedTimers;
let driver: Driver;
let mayConnect: boolean;
let told: DriverEvent[];
let wake: () => void;

beforeEach(async () => {
  pbx = new ScriptedAsterisk();
  timers = new CrankedTimers();
  told = [];
  wake = () => undefined;
  const log = { info: () => undefined, warn: () => undefined };
  const settings = { url: await pbx.listen(), username: 'ringback', password: 'a-secret' };
  mayConnect = true;
  const world = {
    ...{ timers, log, random: () => 0 },
    mayConnect: async () => Promise.resolve(mayConnect),
  };
  driver = asteriskDriver(world)(settings, (event) => {
    told.push(event);
    wake();
  });
  await toldThat('connected');
});

afterEach(async () => {
  await driver.close();
  pbx.close();
});

/** Waits for the `count`th event of a kind. */
async function toldThat(kind: DriverEvent['kind'], count = 1): Promise<void> {
  while (told.filter((event) => event.kind === kind).length < count) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

/** Lets what is under way on the loopback arrive. */
async function arrived(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

test('a PBX that is silent for five seconds is not ready, and its connection is given up', async () => {
  timers.advance(4_000);
  expect(driver.isReady()).toBe(true);
  timers.advance(1_000);
  expect(driver.isReady()).toBe(false);
  timers.advance(1_000);
  await toldThat('disconnected');
  const reason = 'Asterisk gave no sign of life for 5 s';
  expect(told.at(-1)).toEqual({ kind: 'disconnected', reason });
});

test('a command whose connection breaks is in doubt, and is not sent over the next one', async () => {
  const outcome = driver.execute(CALL);
  await arrived(() => pbx.originates.length === 1);
  present(pbx.sockets[0], 'the first connection').terminate();
  await expect(outcome).rejects.toBeInstanceOf(DriverInDoubt);
  await toldThat('disconnected');
  timers.advance(5_000);
  await toldThat('connected', 2);
  expect(pbx.originates).toHaveLength(1);
});

test('a command that is not answered in time is in doubt', async () => {
  const outcome = driver.execute(CALL);
  await arrived(() => pbx.originates.length === 1);
  timers.advance(2_500);
  present(pbx.sockets[0], 'the connection').send('{"type":"Whatever"}'); // A sign of life, and no answer.
  await arrived(() => driver.isReady());
  timers.advance(2_500);
  await expect(outcome).rejects.toBeInstanceOf(DriverInDoubt);
});

test('another node that takes over ends this one for good', async () => {
  present(pbx.sockets[0], 'the connection').send(
    JSON.stringify({ type: 'ApplicationReplaced', application: 'ringback', timestamp: '' }),
  );
  await toldThat('replaced');
  expect(driver.isReady()).toBe(false);
  await expect(driver.execute(CALL)).rejects.toBeInstanceOf(DriverInDoubt);
  timers.advance(60_000);
  expect(pbx.sockets).toHaveLength(1);
  expect(told.map((event) => event.kind)).toEqual(['connected', 'replaced']);
});

test('a process that is no owner any more does not take the connection from the owner', async () => {
  mayConnect = false;
  present(pbx.sockets[0], 'the connection').terminate();
  await toldThat('disconnected');
  for (let round = 0; round < 5; round += 1) {
    timers.advance(5_000);
    await arrived(() => timers.isWaiting());
  }
  expect(pbx.sockets).toHaveLength(1);
  expect(told.at(-1)).toEqual({
    kind: 'disconnected',
    reason: 'another node is connected to it now',
  });
  mayConnect = true;
  timers.advance(5_000);
  await toldThat('connected', 2);
});

test('reconnecting goes on for ever, and the same complaint is told once', async () => {
  pbx.close();
  await toldThat('disconnected');
  for (let round = 0; round < 20; round += 1) {
    timers.advance(5_000);
    await arrived(() => timers.isWaiting());
  }
  const [broken, refused] = told.slice(1);
  expect(broken).toMatchObject({
    kind: 'disconnected',
    reason: 'the connection to Asterisk broke',
  });
  expect(refused).toMatchObject({
    kind: 'disconnected',
    reason: `nothing answers at ${pbx.url}: ${WHERE_TO_LOOK}`,
  });
  expect(told).toHaveLength(3);
  const port = pbx.port;
  pbx = new ScriptedAsterisk();
  await pbx.listen(port);
  timers.advance(5_000);
  await toldThat('connected', 2);
});
