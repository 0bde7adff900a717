import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ARI_USER, asteriskFiles } from '../../practice-pbx/asterisk-files.ts';
import { AsteriskProcess, layOut } from '../../practice-pbx/asterisk-process.ts';
import { lookAtMachine, missingPrograms } from '../../practice-pbx/machine.ts';
import { freeTcpPort, freeUdpPort } from '../../practice-pbx/ports.ts';
import { hasRootTree, rootTreePath } from '../../practice-pbx/root-tree.ts';
import { DIALPLAN, phonesConf, QUEUES, type SipPorts } from './configuration.ts';

/** The repository, seen from dist/bench/asterisk. */
const PROJECT = resolve(import.meta.dirname, '../../..');
/** Below the ports that the system hands out itself. */
const RTP_PORTS = { first: 12_000, ranges: 23, each: 800 };

/** A real Asterisk of the bench's own, on the loopback. */
export interface BenchAsterisk {
  readonly ari: { readonly url: string; readonly username: string; readonly password: string };
  readonly ports: SipPorts;
  /** Runs a command of its console and gives what it prints. */
  readonly cli: (command: string) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Why no Asterisk can be measured on this machine; null when it can. */
export function whyNoAsterisk(): string | null {
  const { platform, isRoot, mountProblem } = lookAtMachine();
  if (platform !== 'linux') return 'Asterisk runs on Linux only';
  if (!isRoot) return 'Asterisk is run in a folder of its own, which needs the root user';
  if (mountProblem !== null) return `root may not mount folders here (${mountProblem})`;
  if (!hasRootTree()) return 'there is no Asterisk yet: npm run pbx fetches it';
  const missing = missingPrograms(['sipp']);
  return missing.length === 0 ? null : `not installed: ${missing.join(', ')}`;
}

/** Starts it; it answers SIP and ARI when this resolves. It dies with this process. */
export async function startBenchAsterisk(): Promise<BenchAsterisk> {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-bench-asterisk-'));
  const place = { tree: rootTreePath(), folder };
  const { ports, httpPort } = await choosePorts();
  const password = randomBytes(12).toString('hex');
  const rtpFirst = RTP_PORTS.first + randomInt(RTP_PORTS.ranges) * RTP_PORTS.each;
  const files = asteriskFiles({
    httpPort,
    ariPassword: password,
    rtpPorts: { first: rtpFirst, last: rtpFirst + RTP_PORTS.each - 1 },
    phones: phonesConf(ports),
    dialplan: DIALPLAN,
  });
  layOut(place, { project: PROJECT, files: { ...files, 'queues.conf': QUEUES } });
  const asterisk = new AsteriskProcess(place);
  await asterisk.start();
  return {
    ari: { url: `http://127.0.0.1:${httpPort.toString()}`, username: ARI_USER, password },
    ports,
    cli: async (command) => asterisk.cli(command),
    stop: async () => {
      await asterisk.end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** From a place chosen by chance, so that two benches at once do not meet. */
async function choosePorts(): Promise<{ readonly ports: SipPorts; readonly httpPort: number }> {
  const from = 5_000 + randomInt(40) * 50;
  const udp = async (at: number): Promise<number> => freeUdpPort('127.0.0.1', at);
  const sip = await udp(from);
  const phone = await udp(sip + 2);
  const callers = await udp(phone + 2);
  return { ports: { sip, phone, callers }, httpPort: await freeTcpPort('127.0.0.1', from) };
}
