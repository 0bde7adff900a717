import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ARI_USER, asteriskFiles } from '../../../practice-pbx/asterisk-files.ts';
import { AsteriskProcess, layOut } from '../../../practice-pbx/asterisk-process.ts';
import { provideRootTree } from '../../../practice-pbx/root-tree.ts';
import { type BenchSetup, benchDialplan, benchPhones } from './asterisk-config.ts';
import { freeTcpPort, freeUdpPorts } from './ports.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');
/** Below the ports of `ports.ts` and those that the system hands out itself, so that nothing else takes them. */
const RTP_PORTS = { first: 12_000, last: 20_799 };
/** RTP ports per Asterisk: enough for about three hundred legs. */
const RTP_PORT_COUNT = 800;

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
  const tree = await provideRootTree();
  const setup = await chooseSetup(options);
  const folder = mkdtempSync(join(tmpdir(), 'ringback-asterisk-'));
  const phones = benchPhones(setup);
  const dialplan = benchDialplan(setup);
  const files = { ...asteriskFiles({ ...setup, phones, dialplan }), ...options.files };
  layOut({ tree, folder }, { project: PROJECT, files });
  const asterisk = new PrivateAsterisk({ tree, folder }, setup);
  await asterisk.restart();
  return asterisk;
}

interface PrivateSetup extends BenchSetup {
  readonly httpPort: number;
  readonly ariPassword: string;
  readonly rtpPorts: { readonly first: number; readonly last: number };
}

async function chooseSetup(options: AsteriskOptions): Promise<PrivateSetup> {
  const [sipPort, carrierPort, ...agentPorts] = await freeUdpPorts(2 + (options.agents ?? 1));
  if (sipPort === undefined || carrierPort === undefined) throw new Error('no free ports');
  const first = firstRtpPort();
  return {
    sipPort,
    carrierPort,
    agentPorts,
    httpPort: await freeTcpPort(),
    rtpPorts: { first, last: first + RTP_PORT_COUNT - 1 },
    ariPassword: randomBytes(12).toString('hex'),
    dialplan: options.dialplan ?? '',
    productDialplan: options.productDialplan ?? true,
  };
}

/** Files that run at the same time choose among different ports: even ranges for one worker of Vitest, odd for the other. */
function firstRtpPort(): number {
  const pairs = Math.floor((RTP_PORTS.last - RTP_PORTS.first) / (2 * RTP_PORT_COUNT));
  const worker = Number(process.env['VITEST_POOL_ID'] ?? '1') % 2;
  return RTP_PORTS.first + (2 * randomInt(pairs) + worker) * RTP_PORT_COUNT;
}

class PrivateAsterisk implements Asterisk {
  readonly ari: Asterisk['ari'];
  readonly sipPort: number;
  readonly carrierPort: number;
  readonly agentPorts: readonly number[];
  readonly #folder: string;
  readonly #process: AsteriskProcess;

  constructor(place: { readonly tree: string; readonly folder: string }, setup: PrivateSetup) {
    this.#folder = place.folder;
    this.#process = new AsteriskProcess(place);
    const url = `http://127.0.0.1:${setup.httpPort.toString()}`;
    this.ari = { url, user: ARI_USER, password: setup.ariPassword };
    this.sipPort = setup.sipPort;
    this.carrierPort = setup.carrierPort;
    this.agentPorts = setup.agentPorts;
  }

  log(): string {
    return this.#process.log();
  }

  played(): readonly Played[] {
    return playedIn(this.log());
  }

  async waitForLog(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    return this.#process.waitForLog(pattern, from);
  }

  async waitForPlayed(file: string, channel = '', times = 1): Promise<Played> {
    const fits = (played: Played): boolean =>
      played.file === file && played.channel.includes(channel);
    return this.#process.waitFor(
      () => this.played().filter(fits)[times - 1],
      `${file} played to ${channel}`,
    );
  }

  async cli(command: string): Promise<string> {
    return this.#process.cli(command);
  }

  async kill(): Promise<void> {
    await this.#process.end('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.#process.start();
  }

  async stop(): Promise<void> {
    await this.#process.end('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
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
