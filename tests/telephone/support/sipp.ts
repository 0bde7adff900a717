import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GrowingFile } from '../../../practice-pbx/growing-file.ts';
import { recordOnes } from './ones.ts';
import { freeUdpPorts } from './ports.ts';
import { callsIn, messagesIn, type SipCall } from './sip-trace.ts';

/** More calls than this in one test file are a fault of the test. */
const CALLS_MAX = 500;
/** How often it is asked, every 10 ms, whether sipp listens: half a minute, for a machine that is very busy. */
const LISTENING_LOOKS_MAX = 3_000;
/** No sipp process outlives this, whatever happens to the test. */
const LIFE_SECONDS_MAX = 600;

export interface SippOptions {
  /** For error messages: `carrier`, `agent1`. */
  readonly name: string;
  readonly port: number;
  readonly scenario: string;
  /** Arguments that make sipp call instead of waiting for calls. */
  readonly dial?: readonly string[];
  /** What `[field0]` of the scenario stands for in the first, the second … call. */
  readonly fields?: readonly string[];
}

/** The file of the fields, in the folder of the phone. */
const FIELDS = 'fields.csv';

/** What the test can tell a phone in the middle of a call: `answer`, `refuse`, `hang-up`, `press-1`. */
export type Instruction = 'answer' | 'refuse' | 'hang-up' | `press-${string}`;

/** A running sipp and the calls it has seen. */
export class Sipp {
  readonly port: number;
  readonly ended: Promise<void>;
  readonly #name: string;
  readonly #folder: string;
  readonly #trace: GrowingFile;
  readonly #process: ChildProcess;

  private constructor(options: SippOptions, folder: string, ports: readonly number[]) {
    this.port = options.port;
    this.#name = options.name;
    this.#folder = folder;
    this.#trace = new GrowingFile(join(folder, 'trace'));
    const output = openSync(join(folder, 'output'), 'a');
    const arguments_ = [...sippArguments(options, folder, ports)];
    this.#process = spawn('setpriv', ['--pdeathsig', 'KILL', 'sipp', ...arguments_], {
      cwd: folder,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    this.ended = new Promise((resolve) =>
      this.#process.once('exit', () => {
        resolve();
      }),
    );
  }

  /** Starts sipp; a phone that waits for calls takes them when this resolves. */
  static async start(options: SippOptions): Promise<Sipp> {
    const folder = mkdtempSync(join(tmpdir(), `ringback-sipp-${options.name}-`));
    writeFileSync(join(folder, 'scenario.xml'), options.scenario);
    recordOnes(folder);
    writeFileSync(join(folder, FIELDS), ['SEQUENTIAL', ...(options.fields ?? [])].join('\n'));
    const sipp = new Sipp(options, folder, await freeUdpPorts(2));
    await sipp.#bound();
    return sipp;
  }

  /** The status of the last answer that it has got; null when it got none. */
  lastStatus(): number | null {
    const answers = messagesIn(this.#trace.bytes()).filter(
      ({ direction, startLine }) => direction === 'received' && startLine.startsWith('SIP/2.0 '),
    );
    const status = answers.at(-1)?.startLine.split(' ')[1];
    return status === undefined ? null : Number(status);
  }

  /** All calls so far, distinct by Call-ID, in the order in which they began. */
  calls(): readonly SipCall[] {
    return callsIn(messagesIn(this.#trace.bytes()));
  }

  /** The first call, past or future, for which the predicate holds. */
  async waitForCall(
    predicate: (call: SipCall) => boolean = () => true,
    what = 'a call',
  ): Promise<SipCall> {
    const find = (): SipCall | undefined => {
      const found = this.calls().find(predicate);
      if (found === undefined) this.#assertHealthy();
      return found;
    };
    return this.#trace.waitFor(find, `${this.#name}: ${what}`);
  }

  /** Tells a phone what to do with a call. The request is ours, not the PBX's: it never reaches Asterisk. */
  async instruct(callId: string, instruction: Instruction): Promise<void> {
    const socket = createSocket('udp4');
    const text = [
      `INFO sip:bench@127.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK-bench-${performance.now().toString()}`,
      'From: <sip:bench@127.0.0.1>;tag=bench',
      'To: <sip:phone@127.0.0.1>',
      `Call-ID: ${callId}`,
      'CSeq: 1 INFO',
      `X-Bench: ${instruction}`,
      'Content-Length: 0',
      '\r\n',
    ].join('\r\n');
    await new Promise<void>((resolve, reject) => {
      socket.send(text, this.port, '127.0.0.1', (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
    socket.close();
  }

  /** Ends the process at once, like a phone whose plug is pulled. Its calls can still be read. */
  async stop(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended;
  }

  /** Removes the files; `calls()` is not available any more. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Waits until sipp holds its port: the system lists it among the bound UDP sockets. */
  async #bound(): Promise<void> {
    const entry = `:${this.port.toString(16).toUpperCase().padStart(4, '0')} `;
    for (let look = 0; look < LISTENING_LOOKS_MAX; look += 1) {
      if (readFileSync('/proc/net/udp', 'utf8').includes(entry)) return;
      this.#assertHealthy();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`${this.#name}: sipp does not listen`);
  }

  #assertHealthy(): void {
    if (this.#process.exitCode === null || this.#process.exitCode === 0) return;
    const output = readFileSync(join(this.#folder, 'output'), 'latin1').slice(-2000);
    throw new Error(
      `${this.#name}: sipp ended with ${this.#process.exitCode.toString()}:\n${output}`,
    );
  }
}

function sippArguments(
  { port, dial, fields }: SippOptions,
  folder: string,
  [controlPort = 0, mediaPort = 0]: readonly number[],
): readonly string[] {
  return [
    ...['-sf', join(folder, 'scenario.xml'), '-i', '127.0.0.1', '-p', port.toString()],
    ...['-mi', '127.0.0.1', '-mp', mediaPort.toString(), '-cp', controlPort.toString()],
    ...['-trace_msg', '-message_file', join(folder, 'trace')],
    // What arrives out of turn (a late instruction) is ignored instead of ending the call.
    ...['-default_behaviors', 'all,-abortunexp', '-nostdin'],
    ...(fields === undefined ? [] : ['-inf', join(folder, FIELDS)]),
    ...['-timeout', LIFE_SECONDS_MAX.toString(), ...(dial ?? ['-m', CALLS_MAX.toString()])],
  ];
}
