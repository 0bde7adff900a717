import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { present } from '../../core/prelude/assert.ts';
import type { LegId } from '../../core/prelude/ids.ts';
import { sendOver } from '../../telephony/asterisk/answers.ts';
import { asteriskDriver } from '../../telephony/asterisk/asterisk-driver.ts';
import { ariClient, parseAriEvent } from '../../telephony/asterisk/generated/ari.ts';
import { httpWire } from '../../telephony/asterisk/http-wire.ts';
import {
  type AsteriskLog,
  type AsteriskSettings,
  type AsteriskWorld,
  targetOf,
} from '../../telephony/asterisk/settings.ts';
import type {
  AgentHabit,
  CallerPlan,
  ConformanceRig,
  CustomerHabit,
  Heard,
  OutsideCaller,
  OutsidePhone,
} from '../../telephony/conformance.ts';
import type { Driver } from '../../telephony/driver.ts';
import { systemTimers } from '../../telephony/timers.ts';
import { Keypad } from './asterisk-keypad.ts';
import type { Asterisk } from './support/asterisk.ts';
import { CuttableProxy } from './support/cuttable-proxy.ts';
import {
  type Behaviour,
  type CalledPhone,
  type Caller,
  type SipCall,
  startAgentPhone,
  startCaller,
  startCarrier,
} from './support/phones.ts';

/** How often a condition is looked at again. */
const LOOK_MS = 20;
/** An Asterisk that takes longer to greet a WebSocket does not answer any more. */
const HANDSHAKE_MS_MAX = 10_000;
/** An endpoint without a contact, as `RIG_FILES` configures it. */
const GONE = 'gone';
const OUR_NUMBER = '+12025550120';

/** Configuration that the rig needs on top of the bench's: a phone that is not registered, and digits from `Keypad`. */
export const RIG_FILES: Readonly<Record<string, string>> = {
  'rtp.conf': '[general]\nrtpstart=11000\nrtpend=11398\nstrictrtp=no\n',
  'sorcery.conf': `[res_pjsip]
endpoint=config,pjsip.conf,criteria=type=endpoint
endpoint=config,pjsip-gone.conf,criteria=type=endpoint
aor=config,pjsip.conf,criteria=type=aor
aor=config,pjsip-gone.conf,criteria=type=aor
`,
  'pjsip-gone.conf': `[${GONE}]
type=endpoint
context=from-agents
aors=${GONE}
disallow=all
allow=ulaw
[${GONE}]
type=aor
max_contacts=1
`,
};

/** Where a forwarded call would be answered, if anybody let it. */
export const FORWARD_TARGET = 'exten => 777,1,Answer()\n same => n,Wait(30)\n';

/** What a driver of a test works with; `said` collects its log. */
export function testWorld(said: string[] = []): AsteriskWorld {
  const note: AsteriskLog['info'] = (message, fields) => {
    said.push(`${message} ${JSON.stringify(fields ?? {})}`);
  };
  const mayConnect = async (): Promise<boolean> => Promise.resolve(true);
  return { timers: systemTimers(), log: { info: note, warn: note }, random: () => 0.5, mayConnect };
}

export function settingsFor(asterisk: Asterisk, port?: number): AsteriskSettings {
  const { url, user, password } = asterisk.ari;
  const address = port === undefined ? url : `http://127.0.0.1:${port.toString()}`;
  return { url: address, username: user, password };
}

/**
 * Sees every SIP channel of the PBX, whoever made it, and knows it by the Call-ID of its SIP call. It asks for channels
 * only: closing a WebSocket that has asked for everything can lock up all of ARI for good.
 */
class Observer {
  readonly #socket: WebSocket;
  readonly #channels = new Map<string, string>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      const event = parseAriEvent(data.toString('utf8'));
      if (event?.type !== 'ChannelCreated' && event?.type !== 'ChannelStateChange') return;
      this.#channels.set(event.channel.protocol_id, event.channel.name);
    });
  }

  static async start(asterisk: Asterisk): Promise<Observer> {
    const { url, user, password } = asterisk.ari;
    // A name of its own: the end of an earlier one may still be under way in Asterisk.
    const application = `observer-${randomUUID()}`;
    const address = `${url.replace('http', 'ws')}/ari/events?app=${application}`;
    const auth = `${user}:${password}`;
    const socket = new WebSocket(address, { auth, handshakeTimeout: HANDSHAKE_MS_MAX });
    await new Promise((resolve, reject) => {
      socket.once('error', reject).once('open', resolve);
    });
    const observer = new Observer(socket);
    const eventSource = ['endpoint:PJSIP'];
    await ariOf(asterisk).applications.subscribe({ applicationName: application, eventSource });
    return observer;
  }

  channelOf(callId: string): string | undefined {
    return this.#channels.get(callId);
  }

  stop(): void {
    this.#socket.terminate();
  }
}

/** Asterisk itself, past the driver. */
export function ariOf(asterisk: Asterisk): ReturnType<typeof ariClient> {
  return ariClient(sendOver(httpWire(targetOf(settingsFor(asterisk))).carry));
}

/** The conformance rig on a real Asterisk with sipp around it. The Asterisk is lent, and left without a call. */
export async function asteriskRig(
  asterisk: Asterisk,
  changes: Partial<AsteriskSettings> = {},
): Promise<ConformanceRig> {
  const observer = await orRestart(asterisk, async () => Observer.start(asterisk));
  const way = await CuttableProxy.to(Number(new URL(asterisk.ari.url).port));
  return new AsteriskRig({ asterisk, observer, way }, changes);
}

/** An Asterisk that does not do what it is asked for is started again, so that it fails one test and not all after it. */
async function orRestart<Value>(asterisk: Asterisk, ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (cause) {
    const log = asterisk.log().slice(-3_000);
    await asterisk.restart();
    throw new Error(`Asterisk had to be started again. Its log ended so:\n${log}`, { cause });
  }
}

/** What a rig works with. */
interface RigParts {
  readonly asterisk: Asterisk;
  readonly observer: Observer;
  /** What its drivers connect through. */
  readonly way: CuttableProxy;
}

class AsteriskRig implements ConformanceRig {
  readonly #way: CuttableProxy;
  readonly #asterisk: Asterisk;
  readonly #observer: Observer;
  readonly #changes: Partial<AsteriskSettings>;
  readonly #drivers: Driver[] = [];
  readonly #numbers: Record<string, readonly Behaviour[]> = {};
  readonly #agents: CalledPhone[] = [];
  readonly #callers: Caller[] = [];
  #carrier: CalledPhone | null = null;
  #isClosed = false;

  constructor({ asterisk, observer, way }: RigParts, changes: Partial<AsteriskSettings>) {
    this.#changes = changes;
    this.#asterisk = asterisk;
    this.#observer = observer;
    this.#way = way;
  }

  driver(listener: Parameters<ConformanceRig['driver']>[0]): Driver {
    const driver = asteriskDriver(testWorld())(
      { ...settingsFor(this.#asterisk, this.#way.port), ...this.#changes },
      listener,
    );
    this.#drivers.push(driver);
    return driver;
  }

  async customer(habit: CustomerHabit): Promise<OutsidePhone> {
    const number = `+1202555${(1000 + Object.keys(this.#numbers).length).toString()}`;
    this.#numbers[number] = [behaviourOf(habit)];
    const plan = { byNumber: this.#numbers, otherwise: [behaviourOf({ kind: 'invalid-number' })] };
    if (this.#carrier === null) this.#carrier = await startCarrier(this.#asterisk, plan);
    else await this.#carrier.become(plan);
    const carrier = this.#carrier;
    return this.#phone(`PJSIP/${number}@carrier`, () =>
      carrier.calls().filter((call) => call.called === number),
    );
  }

  async agent(habit: AgentHabit): Promise<OutsidePhone> {
    if (habit.kind === 'unreachable') return this.#phone(`PJSIP/${GONE}`, () => []);
    const agent = this.#agents.length + 1;
    const phone = await startAgentPhone(this.#asterisk, agent, behaviourOf(habit));
    this.#agents.push(phone);
    const keys = habit.kind === 'answer' ? (habit.presses ?? []) : [];
    if (keys.length > 0) void this.#press(phone, keys).catch(() => undefined); // The call may end before.
    return this.#phone(`PJSIP/agent${agent.toString()}`, () => phone.calls());
  }

  async caller(plan: CallerPlan): Promise<OutsideCaller> {
    const caller = await startCaller(this.#asterisk, OUR_NUMBER, plan.number);
    this.#callers.push(caller);
    void this.#behave(caller, plan).catch(() => undefined); // The call may end before the plan does.
    return {
      dialledNumber: OUR_NUMBER,
      heard: async () => Promise.resolve(this.#heardIn([caller.call()])),
      isOver: async () => Promise.resolve(caller.call().ending !== null),
    };
  }

  async bridged(one: LegId, other: LegId): Promise<boolean> {
    const bridges = await ariOf(this.#asterisk).bridges.list();
    const holds = (channels: readonly string[], leg: LegId): boolean =>
      channels.some((channel) => channel.endsWith(leg));
    return bridges.some(({ channels }) => holds(channels, one) && holds(channels, other));
  }

  async cutConnection(): Promise<void> {
    await this.#way.cut();
  }

  async restoreConnection(): Promise<void> {
    await this.#way.mend();
  }

  async restartPbx(): Promise<void> {
    await this.#asterisk.restart();
    // Nobody tells a phone that its call is dead: who hears nothing any more hangs up.
    const living = this.#callers.filter((caller) => caller.call().ending === null);
    await Promise.all(living.map(async (caller) => caller.hangUp()));
  }

  async until(
    what: string,
    condition: () => boolean | Promise<boolean>,
    withinSeconds = 20,
  ): Promise<void> {
    const endMs = performance.now() + withinSeconds * 1000;
    while (!(await condition())) {
      if (performance.now() > endMs) {
        throw new Error(`in ${withinSeconds.toString()} s this did not come: ${what}`);
      }
      await sleep(LOOK_MS);
    }
  }

  async settled<Value>(promise: Promise<Value>): Promise<Value> {
    return promise;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#drivers.map(async (driver) => driver.close()));
    await this.#way.cut();
    this.#observer.stop();
    try {
      await orRestart(this.#asterisk, async () => this.#endAllCalls());
    } finally {
      // Whatever became of the PBX: the next case needs their ports.
      await Promise.all([this.#carrier, ...this.#agents].map(async (phone) => phone?.stop()));
      await Promise.all(this.#callers.map(async (caller) => caller.stop()));
    }
  }

  async #endAllCalls(): Promise<void> {
    const ari = ariOf(this.#asterisk);
    await this.until('no channel is left', async () => {
      const channels = await ari.channels.list();
      for (const { id } of channels) {
        await ari.channels.hangup({ channelId: id }).catch(() => undefined);
      }
      return channels.length === 0;
    });
    for (const { id } of await ari.bridges.list()) {
      await ari.bridges.destroy({ bridgeId: id }).catch(() => undefined);
    }
  }

  async #behave(caller: Caller, plan: CallerPlan): Promise<void> {
    const answer = await caller.answered();
    const keypad = new Keypad();
    const dueIn = (seconds: number): number =>
      Math.max(0, present(answer.answeredAtMs, 'answer') + seconds * 1000 - Date.now());
    for (const { digit, afterSeconds } of plan.presses) {
      await sleep(dueIn(afterSeconds));
      if (this.#isClosed) return;
      await keypad.press(digit, await this.#audioOf(caller.call()));
    }
    if (plan.hangsUpAfterSeconds === null) return;
    await sleep(dueIn(plan.hangsUpAfterSeconds));
    if (!this.#isClosed) await caller.hangUp();
  }

  async #press(phone: CalledPhone, keys: CallerPlan['presses']): Promise<void> {
    const call = await phone.waitForCall(({ answeredAtMs }) => answeredAtMs !== null);
    const keypad = new Keypad();
    for (const { digit, afterSeconds } of keys) {
      const dueAtMs = present(call.answeredAtMs, 'answer') + afterSeconds * 1000;
      await sleep(Math.max(0, dueAtMs - Date.now()));
      if (this.#isClosed) return;
      await keypad.press(digit, await this.#audioOf(call));
    }
  }

  /** Where Asterisk takes the audio of a call: the function CHANNEL of its dialplan knows. */
  async #audioOf({ callId }: SipCall): Promise<{ host: string; port: number }> {
    const name = present(this.#observer.channelOf(callId), 'the channel of the call');
    const ari = ariOf(this.#asterisk);
    const channel = (await ari.channels.list()).find((each) => each.name === name);
    const channelId = present(channel, 'the channel of the call').id;
    const { value } = await ari.channels.getChannelVar({ channelId, variable: 'CHANNEL(rtp,src)' });
    const [host = '', port = ''] = value.split(':');
    return { host, port: Number(port) };
  }

  #phone(dial: string, calls: () => readonly SipCall[]): OutsidePhone {
    return {
      dial,
      calls: async () =>
        Promise.resolve(
          calls().map(({ callerName, callerNumber }) => ({ callerName, callerNumber })),
        ),
      heard: async () => Promise.resolve(this.#heardIn(calls())),
    };
  }

  #heardIn(calls: readonly SipCall[]): readonly Heard[] {
    return calls.flatMap(({ callId, answeredAtMs }) => {
      const channel = this.#observer.channelOf(callId);
      return playedIn(this.#asterisk.log())
        .filter((played) => played.channel === channel)
        .map(({ file, atMs }) => ({
          prompt: file,
          secondsAfterAnswer: (atMs - (answeredAtMs ?? atMs)) / 1000,
        }));
    });
  }
}

const PLAYED =
  /^\[(?<at>[^\]]+)\].*<(?<channel>[^>\n]+)> Playing '(?<file>ringback\/[^'.\n]+)[^'\n]*' \(language/gm;

/** Our prompts only: music and digits are left out. Asterisk's root has no time zone: its log is in UTC. */
function playedIn(
  log: string,
): readonly { readonly atMs: number; readonly channel: string; readonly file: string }[] {
  return Array.from(log.matchAll(PLAYED), ({ groups = {} }) => ({
    atMs: Date.parse(`${(groups['at'] ?? '').replace(' ', 'T')}Z`),
    channel: groups['channel'] ?? '',
    file: groups['file'] ?? '',
  }));
}

function behaviourOf(habit: CustomerHabit | AgentHabit): Behaviour {
  switch (habit.kind) {
    case 'answer': {
      const afterMs = habit.afterSeconds * 1000;
      const { hangsUpAfterSeconds } = habit;
      if (hangsUpAfterSeconds === null) return { kind: 'answer', afterMs };
      const hangUpAfterMs = hangsUpAfterSeconds * 1000;
      const how = habit.losesLine === true ? ({ losesLine: true } as const) : {};
      return { kind: 'answer', afterMs, hangUpAfterMs, ...how };
    }
    case 'no-answer':
      return { kind: 'ring' };
    case 'busy':
      return { kind: 'refuse', status: 486 };
    case 'reject':
      return { kind: 'refuse', status: 603 };
    case 'invalid-number':
      return { kind: 'refuse', status: 404 };
    case 'congestion':
      return { kind: 'refuse', status: 503 };
    case 'forward':
      return { kind: 'forward', to: '777@127.0.0.1' };
    case 'unreachable':
      throw new Error('a phone that is not there behaves in no way');
  }
}
