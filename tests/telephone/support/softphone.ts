import { freeUdpPorts } from './ports.ts';
import {
  accountCallerScenario,
  calledScenario,
  registerScenario,
  type SipAccount,
} from './scenario.ts';
import type { SipCall } from './sip-trace.ts';
import { Sipp } from './sipp.ts';

/** A call that a softphone has made, and that was answered. */
export interface SoftphoneCall {
  press(digit: string): Promise<void>;
  /** Hangs up, unless the other side has. */
  hangUp(): Promise<SipCall>;
  /** Waits until it is over, whoever ends it. */
  ended(): Promise<SipCall>;
}

/** A softphone with an account, as a person sets it up: it registers, calls and is called. */
export class Softphone {
  readonly #server: string;
  readonly #account: SipAccount;
  readonly #called: Sipp;
  readonly #calls: Sipp[] = [];

  private constructor(server: string, account: SipAccount, called: Sipp) {
    this.#server = server;
    this.#account = account;
    this.#called = called;
  }

  /** Registers at `127.0.0.1:5060`; the phone rings until somebody answers. @throws Error when the PBX refuses it */
  static async register(server: string, account: SipAccount): Promise<Softphone> {
    const [port = 0] = await freeUdpPorts(1);
    const registering = await Sipp.start({
      name: 'register',
      port,
      scenario: registerScenario(account),
      dial: [server, '-m', '1'],
    });
    await registering.ended;
    const status = registering.lastStatus();
    registering.remove();
    if (status !== 200) throw new Error(`${server} refuses the account ${account.user}`);
    const scenario = calledScenario({ otherwise: [{ kind: 'ring' }] });
    return new Softphone(server, account, await Sipp.start({ name: account.user, port, scenario }));
  }

  /** Dials; resolves when somebody has answered. */
  async call(number: string): Promise<SoftphoneCall> {
    const [port = 0] = await freeUdpPorts(1);
    const sipp = await Sipp.start({
      name: `${this.#account.user}-calls`,
      port,
      scenario: accountCallerScenario(this.#account),
      dial: [this.#server, '-s', number, '-m', '1'],
    });
    this.#calls.push(sipp);
    const { callId } = await sipp.waitForCall(isTalking, `${number} answers`);
    const ended = async (): Promise<SipCall> => sipp.waitForCall(isOver, 'the end of the call');
    return {
      ended,
      press: async (digit) => sipp.instruct(callId, `press-${digit}`),
      hangUp: async () => {
        if (sipp.calls().some(isTalking)) await sipp.instruct(callId, 'hang-up');
        return ended();
      },
    };
  }

  /** Waits until the phone rings. */
  async rings(): Promise<SipCall> {
    return this.#called.waitForCall(isRinging, 'the phone rings');
  }

  /** Takes the call that rings. */
  async answer(): Promise<SipCall> {
    const { callId } = await this.rings();
    await this.#called.instruct(callId, 'answer');
    return this.#called.waitForCall((call) => call.callId === callId && isTalking(call));
  }

  /** Hangs up the call that this phone has answered. */
  async hangUpAnswered(): Promise<void> {
    const { callId } = await this.#called.waitForCall(isTalking, 'a conversation');
    await this.#called.instruct(callId, 'hang-up');
    await this.#called.waitForCall((call) => call.callId === callId && isOver(call));
  }

  /** All calls that this phone has got. */
  received(): readonly SipCall[] {
    return this.#called.calls();
  }

  async stop(): Promise<void> {
    for (const sipp of [this.#called, ...this.#calls]) {
      await sipp.stop();
      sipp.remove();
    }
  }
}

function isRinging(call: SipCall): boolean {
  return call.ringingAtMs !== null && call.status === null && call.ending === null;
}

/** The challenge of a call with an account is a refusal for a moment. */
function isTalking(call: SipCall): boolean {
  return call.status === 200 && call.answeredAtMs !== null && call.ending === null;
}

function isOver(call: SipCall): boolean {
  return call.ending !== null && call.status !== 401;
}
