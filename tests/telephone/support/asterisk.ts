import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type AsteriskSetup, configFiles, RTP_PORT_COUNT } from './asterisk-config.ts';
import { asteriskRoot } from './asterisk-root.ts';
import { GrowingFile, WAIT_MS } from './growing-file.ts';
import { freeTcpPort, freeUdpPorts } from './ports.ts';

const PROJECT = join(import.meta.dirname, '../../..');
const PROMPTS = join(PROJECT, 'prompts');
const PRODUCT_DIALPLAN = join(PROJECT, 'telephony/asterisk/dialplan/ringback.conf');
/** Below the ports that the system hands out itself, so that nothing else takes them. */
const RTP_PORTS = { first: 12_000, last: 31_000 };

export interface AsteriskOptions {
  /** How many agents' phones are configured: agent1 to agentN. One, unless told otherwise. */
  readonly agents?: number;
  /** Dialplan of the test's own. */
  readonly dialplan?: string;
  /** False keeps the product's dialplan out. */
  readonly productDialplan?: boolean;
  /** More configuration files by name, or others in place of the bench's. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A prompt or music file that a channel began to hear. */
export interface Played {
  /** `PJSIP/carrier-00000000` */
  readonly channel: string;
  /** Without its ending: `ringback/offer`. */
  readonly file: string;
}

/** One private Asterisk of a test file: own folders, own ports, real SIP on the loopback. */
export interface Asterisk {
  readonly ari: { readonly url: string; readonly user: string; readonly password: string };
  readonly sipPort: number;
  readonly carrierPort: number;
  readonly agentPorts: readonly number[];
  /** The verbose log so far. */
  log(): string;
  /** What was spoken to whom so far, in order. */
  played(): readonly Played[];
  /** Waits for the next line at or after `from` (a length of `log()`) that matches. */
  waitForLog(pattern: RegExp, from?: number): Promise<RegExpExecArray>;
  /** Waits until a channel whose name contains `channel` was played `file` at least `times` times. */
  waitForPlayed(file: string, channel?: string, times?: number): Promise<Played>;
  /** Runs a command of Asterisk's console and gives what it prints. */
  cli(command: string): Promise<string>;
  /** Ends it with SIGKILL: calls are gone, the phones are not told. */
  kill(): Promise<void>;
  /** Starts it again with the same configuration and ports; kills it before if it lives. */
  restart(): Promise<void>;
  /** Ends it and removes its folders. */
  stop(): Promise<void>;
}

/** Starts an Asterisk; it answers SIP and ARI when this resolves. It dies with the test process. */
export async function startAsterisk(options: AsteriskOptions = {}): Promise<Asterisk> {
  const root = asteriskRoot();
  const setup = await chooseSetup(options);
  const folder = mkdtempSync(join(tmpdir(), 'ringback-asterisk-'));
  layOut(folder, setup, options.files ?? {});
  mkdirSync(join(root, SOUNDS), { recursive: true });
  const asterisk = new PrivateAsterisk(root, folder, setup);
  await asterisk.restart();
  return asterisk;
}

const SOUNDS = 'usr/share/asterisk/sounds/en_US_f_Allison/ringback';
const FOLDERS = ['etc', 'run', 'log', 'db', 'spool', 'prompts'];

async function chooseSetup(options: AsteriskOptions): Promise<AsteriskSetup> {
  const [sipPort, carrierPort, ...agentPorts] = await freeUdpPorts(2 + (options.agents ?? 1));
  if (sipPort === undefined || carrierPort === undefined) throw new Error('no free ports');
  const ranges = Math.floor((RTP_PORTS.last - RTP_PORTS.first) / RTP_PORT_COUNT);
  return {
    sipPort,
    carrierPort,
    agentPorts,
    httpPort: await freeTcpPort(),
    rtpPortFirst: RTP_PORTS.first + randomInt(ranges) * RTP_PORT_COUNT,
    ariPassword: randomBytes(12).toString('hex'),
    dialplan: options.dialplan ?? '',
    productDialplan: options.productDialplan ?? true,
  };
}

function layOut(
  folder: string,
  setup: AsteriskSetup,
  more: Readonly<Record<string, string>>,
): void {
  for (const name of FOLDERS) mkdirSync(join(folder, name));
  if (existsSync(PROMPTS)) cpSync(PROMPTS, join(folder, 'prompts'), { recursive: true });
  if (existsSync(PRODUCT_DIALPLAN)) cpSync(PRODUCT_DIALPLAN, join(folder, 'etc/ringback.conf'));
  for (const [name, text] of Object.entries({ ...configFiles(setup), ...more })) {
    writeFileSync(join(folder, 'etc', name), text);
  }
}

/**
 * Commands run in a mount namespace of their own: /proc, /dev, the private folder and the prompts are mounted for them
 * alone and vanish with them, however they end. So nothing is ever left to unmount.
 */
function inChroot(root: string, folder: string, command: readonly string[]): readonly string[] {
  const script = `set -e
mount --bind /proc "$1/proc"
mount --rbind /dev "$1/dev"
mount --bind "$2" "$1/mnt"
mount --bind "$2/prompts" "$1/${SOUNDS}"
root=$1; shift 2
exec chroot "$root" "$@"`;
  const wrapper = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh'];
  return ['setpriv', '--pdeathsig', 'KILL', ...wrapper, root, folder, ...command];
}

class PrivateAsterisk implements Asterisk {
  readonly ari: Asterisk['ari'];
  readonly sipPort: number;
  readonly carrierPort: number;
  readonly agentPorts: readonly number[];
  readonly #root: string;
  readonly #folder: string;
  readonly #log: GrowingFile;
  #process: ChildProcess | undefined;

  constructor(root: string, folder: string, setup: AsteriskSetup) {
    this.#root = root;
    this.#folder = folder;
    this.#log = new GrowingFile(join(folder, 'log/full'));
    const url = `http://127.0.0.1:${setup.httpPort.toString()}`;
    this.ari = { url, user: 'ringback', password: setup.ariPassword };
    this.sipPort = setup.sipPort;
    this.carrierPort = setup.carrierPort;
    this.agentPorts = setup.agentPorts;
  }

  log(): string {
    return this.#log.bytes();
  }

  played(): readonly Played[] {
    return playedIn(this.log());
  }

  async waitForLog(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    return this.#log.waitFor(
      () => pattern.exec(this.log().slice(from)) ?? undefined,
      String(pattern),
    );
  }

  async waitForPlayed(file: string, channel = '', times = 1): Promise<Played> {
    const fits = (played: Played): boolean =>
      played.file === file && played.channel.includes(channel);
    return this.#log.waitFor(
      () => this.played().filter(fits)[times - 1],
      `${file} played to ${channel}`,
    );
  }

  async cli(command: string): Promise<string> {
    const asterisk = ['asterisk', '-C', '/mnt/etc/asterisk.conf', '-rx', command];
    const [program = '', ...rest] = inChroot(this.#root, this.#folder, asterisk);
    const { stdout } = await promisify(execFile)(program, rest, { timeout: WAIT_MS });
    return stdout;
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.kill();
    const from = this.log().length;
    const output = openSync(join(this.#folder, 'log/console'), 'a');
    const asterisk = ['asterisk', '-f', '-C', '/mnt/etc/asterisk.conf'];
    const [program = '', ...rest] = inChroot(this.#root, this.#folder, asterisk);
    this.#process = spawn(program, rest, { stdio: ['ignore', output, output] });
    closeSync(output);
    await this.waitForLog(/Asterisk Ready/, from);
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running?.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    // A polite end that takes too long becomes an impolite one.
    const impatience = setTimeout(() => running.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(impatience);
  }
}

function playedIn(log: string): readonly Played[] {
  const lines = log.matchAll(
    /<(?<channel>[^>\n]+)> Playing '(?<file>[^'\n]+?)(?:\.\w+)?' \(language/g,
  );
  return Array.from(lines, ({ groups }) => ({
    channel: groups?.['channel'] ?? '',
    file: groups?.['file'] ?? '',
  }));
}
