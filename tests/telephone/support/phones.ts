import type { Asterisk } from './asterisk.ts';
import { pressOfOne } from './ones.ts';
import { freeUdpPorts } from './ports.ts';
import {
  type Behaviour,
  type CallerNumber,
  calledScenario,
  callerScenario,
  type Plan,
} from './scenario.ts';
import type { SipCall } from './sip-trace.ts';
import { Sipp } from './sipp.ts';

export type { Behaviour, CallerNumber, Plan, SipCall };

/** Which call an instruction is for; the latest that fits, unless told otherwise. */
type Which = (call: SipCall) => boolean;

/** A phone that is called: an agent's, or all phones behind the carrier. */
export interface CalledPhone {
  /** All calls it ever got, distinct by Call-ID: the count behind "nobody is called twice". */
  calls(): readonly SipCall[];
  /** The first call, past or future, for which the predicate holds; at once if there is one already. */
  waitForCall(predicate?: Which): Promise<SipCall>;
  /** Takes a ringing call. */
  answer(which?: Which): Promise<SipCall>;
  /** Refuses a ringing call: 603, or the status of its behaviour. */
  refuse(which?: Which): Promise<SipCall>;
  /** Hangs up an answered call. */
  hangUp(which?: Which): Promise<SipCall>;
  /** Presses a digit (0 to 9, `star`, `pound`) in an answered call. */
  press(digit: string, which?: Which): Promise<SipCall>;
  /** Behaves otherwise from now on; what goes on at this moment is cut off without a word. */
  become(plan: Plan | Behaviour): Promise<void>;
  /** Is not there any more, until it becomes something again. */
  unplug(): Promise<void>;
  stop(): Promise<void>;
}

/** A customer who calls. */
export interface Caller {
  call(): SipCall;
  waitFor(predicate: Which): Promise<SipCall>;
  /** Waits for the answer. */
  answered(): Promise<SipCall>;
  /** Waits for the end, whoever ends it. */
  ended(): Promise<SipCall>;
  press(digit: string): Promise<void>;
  /** Hangs up, or gives up if nobody has answered yet. */
  hangUp(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the telephone network: every number that Asterisk dials over its `carrier` endpoint arrives here. */
export async function startCarrier(
  asterisk: Asterisk,
  plan: Plan | Behaviour,
): Promise<CalledPhone> {
  return startCalledPhone('carrier', asterisk.carrierPort, plan);
}

/** Starts the phone of agent 1, 2 … */
export async function startAgentPhone(
  asterisk: Asterisk,
  agent: number,
  plan: Plan | Behaviour,
): Promise<CalledPhone> {
  const port = asterisk.agentPorts[agent - 1];
  if (port === undefined) {
    throw new Error(`no agent ${agent.toString()}: raise AsteriskOptions.agents`);
  }
  return startCalledPhone(`agent${agent.toString()}`, port, plan);
}

/** A customer dials `to`; resolves when the call is on its way. */
export async function startCaller(
  asterisk: Asterisk,
  to: string,
  from: CallerNumber,
): Promise<Caller> {
  const [port = 0] = await freeUdpPorts(1);
  const target = `127.0.0.1:${asterisk.sipPort.toString()}`;
  const sipp = await Sipp.start({
    name: 'caller',
    port,
    scenario: callerScenario(from),
    dial: [target, '-s', to, '-m', '1'],
  });
  await sipp.waitForCall();
  return callerWith(sipp);
}

/** Many customers who call at once, told apart by their numbers. */
export interface Crowd {
  /** What has become of their calls. */
  calls(): readonly SipCall[];
  press(number: string): Promise<void>;
  hangUp(number: string): Promise<void>;
  stop(): Promise<void>;
}

/** These numbers dial `to`, so many of them in a second; resolves when all calls are on their way. */
export async function startCrowd(
  asterisk: Asterisk,
  { to, numbers, perSecond }: { to: string; numbers: readonly string[]; perSecond: number },
): Promise<Crowd> {
  const [port = 0] = await freeUdpPorts(1);
  const target = `127.0.0.1:${asterisk.sipPort.toString()}`;
  const count = numbers.length.toString();
  const sipp = await Sipp.start({
    name: 'crowd',
    port,
    scenario: callerScenario('[field0]'),
    dial: [target, '-s', to, '-m', count, '-l', count, '-r', perSecond.toString()],
    fields: numbers,
  });
  await sipp.waitForCall(() => sipp.calls().length === numbers.length, 'all calls of the crowd');
  const callIds = new Map(sipp.calls().map(({ callerNumber, callId }) => [callerNumber, callId]));
  const tell = async (number: string, instruction: 'press-1' | 'hang-up'): Promise<void> => {
    const callId = callIds.get(number);
    if (callId === undefined) throw new Error(`${number} is not in the crowd`);
    await sipp.instruct(callId, instruction);
  };
  return {
    calls: () => sipp.calls(),
    press: async (number) => tell(number, 'press-1'),
    hangUp: async (number) => tell(number, 'hang-up'),
    stop: async () => {
      await sipp.stop();
      sipp.remove();
    },
  };
}

function callerWith(sipp: Sipp): Caller {
  const call = (): SipCall => {
    const [only] = sipp.calls();
    if (only === undefined) throw new Error('the caller has not called yet');
    return only;
  };
  let ones = 0;
  return {
    call,
    waitFor: async (predicate) => sipp.waitForCall(predicate),
    answered: async () => sipp.waitForCall(isTalking, 'an answer'),
    ended: async () => sipp.waitForCall(isOver, 'the end of the call'),
    press: async (digit) => {
      const { callId } = await sipp.waitForCall(isTalking, 'an answer before a digit');
      if (digit === '1') ones += 1;
      await sipp.instruct(callId, digit === '1' ? pressOfOne(ones) : `press-${digit}`);
    },
    hangUp: async () => {
      // A call to which nothing was said yet cannot be cancelled (RFC 3261 section 9.1).
      const { callId } = await sipp.waitForCall(hasResponse, 'a response before hanging up');
      await sipp.instruct(callId, 'hang-up');
    },
    stop: async () => {
      await sipp.stop();
      sipp.remove();
    },
  };
}

async function startCalledPhone(
  name: string,
  port: number,
  plan: Plan | Behaviour,
): Promise<CalledPhone> {
  const start = async (how: Plan | Behaviour): Promise<Sipp> =>
    Sipp.start({
      name,
      port,
      scenario: calledScenario('kind' in how ? { otherwise: [how] } : how),
    });
  const lives = [await start(plan)];
  const now = (): Sipp => {
    const last = lives.at(-1);
    if (last === undefined) throw new Error(`${name} has no sipp`);
    return last;
  };
  const tell = async (
    instruction: Parameters<Sipp['instruct']>[1],
    fits: Which,
  ): Promise<SipCall> => {
    const call = await now().waitForCall(fits, `a call to tell ${instruction}`);
    await now().instruct(call.callId, instruction);
    return call;
  };
  const any: Which = () => true;
  return {
    calls: () => lives.flatMap((sipp) => sipp.calls()),
    waitForCall: async (predicate = any) => {
      const past = lives
        .slice(0, -1)
        .flatMap((sipp) => sipp.calls())
        .find(predicate);
      return past ?? now().waitForCall(predicate);
    },
    answer: async (which = any) => tell('answer', (call) => isRinging(call) && which(call)),
    refuse: async (which = any) => tell('refuse', (call) => isRinging(call) && which(call)),
    hangUp: async (which = any) => tell('hang-up', (call) => isTalking(call) && which(call)),
    press: async (digit, which = any) =>
      tell(`press-${digit}`, (call) => isTalking(call) && which(call)),
    become: async (how) => {
      await now().stop();
      lives.push(await start(how));
    },
    unplug: async () => now().stop(),
    stop: async () => {
      await now().stop();
      for (const sipp of lives) sipp.remove();
    },
  };
}

function hasResponse(call: SipCall): boolean {
  return call.respondedAtMs !== null;
}

function isRinging(call: SipCall): boolean {
  return call.ringingAtMs !== null && call.status === null && call.ending === null;
}

function isTalking(call: SipCall): boolean {
  return call.answeredAtMs !== null && call.ending === null;
}

function isOver(call: SipCall): boolean {
  return call.ending !== null;
}
