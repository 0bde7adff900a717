import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeUdpPort } from '../../practice-pbx/ports.ts';
import { CALLER_SCENARIO, PHONE_SCENARIO } from './scenarios.ts';
import { callsIn, type PhoneCall } from './trace.ts';
import { until } from './until.ts';

/** No sipp outlives this, whatever happens to the bench. */
const LIFE_SECONDS_MAX = 300;
/** Callers begin their calls spread over time, as people do. */
const CALLERS_PER_SECOND = 20;

interface SippOptions {
  readonly port: number;
  readonly scenario: string;
  readonly arguments: readonly string[];
  /** What `[field0]` stands for in the first, the second … call. */
  readonly fields: readonly string[];
}

/** A sipp process of ours with its folder. */
export class Sipp {
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(folder: string, child: ChildProcess) {
    this.#folder = folder;
    this.#child = child;
  }

  /** The agent's phone; it takes calls when this resolves. */
  static async phone(port: number): Promise<Sipp> {
    return Sipp.#start({ port, scenario: PHONE_SCENARIO, arguments: ['-trace_msg'], fields: [] });
  }

  /** So many callers who dial `to` and stay until they are hung up on. */
  static async callers(
    port: number,
    { count, to, sipPort }: { count: number; to: string; sipPort: number },
  ): Promise<Sipp> {
    const calls = count.toString();
    const rate = ['-m', calls, '-l', calls, '-r', CALLERS_PER_SECOND.toString()];
    return Sipp.#start({
      port,
      scenario: CALLER_SCENARIO,
      arguments: [`127.0.0.1:${sipPort.toString()}`, '-s', to, ...rate],
      fields: Array.from({ length: count }, (_, at) => `+1${(3_055_551_000 + at).toString()}`),
    });
  }

  /** The calls that the phone has seen. */
  calls(): readonly PhoneCall[] {
    this.#assertAlive();
    const path = join(this.#folder, 'trace');
    return existsSync(path) ? callsIn(readFileSync(path, 'latin1')) : [];
  }

  /** Ends it at once and removes its files. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = new Promise((resolve) => this.#child.once('exit', resolve));
      this.#child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  static async #start(options: SippOptions): Promise<Sipp> {
    const folder = mkdtempSync(join(tmpdir(), 'ringback-bench-sipp-'));
    writeFileSync(join(folder, 'scenario.xml'), options.scenario);
    writeFileSync(join(folder, 'fields.csv'), ['SEQUENTIAL', ...options.fields].join('\n'));
    const output = openSync(join(folder, 'output'), 'a');
    const arguments_ = ['KILL', 'sipp', ...(await argumentsOf(options))];
    const child = spawn('setpriv', ['--pdeathsig', ...arguments_], {
      cwd: folder,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    const sipp = new Sipp(folder, child);
    await until('sipp listens', 10_000, () => sipp.#holds(options.port));
    return sipp;
  }

  /** The system lists it among the bound UDP sockets. */
  #holds(port: number): boolean {
    this.#assertAlive();
    const entry = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
    return readFileSync('/proc/net/udp', 'utf8').includes(entry);
  }

  #assertAlive(): void {
    if (this.#child.exitCode === null || this.#child.exitCode === 0) return;
    const said = readFileSync(join(this.#folder, 'output'), 'latin1').slice(-1000);
    throw new Error(`sipp ended with ${this.#child.exitCode.toString()}:\n${said}`);
  }
}

async function argumentsOf(options: SippOptions): Promise<readonly string[]> {
  const control = await freeUdpPort('127.0.0.1', options.port + 1_000);
  const media = await freeUdpPort('127.0.0.1', options.port + 2_000);
  return [
    ...['-sf', 'scenario.xml', '-i', '127.0.0.1', '-p', options.port.toString()],
    ...['-mi', '127.0.0.1', '-mp', media.toString(), '-cp', control.toString()],
    ...['-message_file', 'trace', '-nostdin', '-timeout', LIFE_SECONDS_MAX.toString()],
    ...(options.fields.length > 0 ? ['-inf', 'fields.csv'] : []),
    ...options.arguments,
  ];
}
