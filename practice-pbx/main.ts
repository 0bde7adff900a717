import { setTimeout as pause } from 'node:timers/promises';
import { asteriskFiles } from './asterisk-files.ts';
import { AsteriskProcess, layOut } from './asterisk-process.ts';
import { centreFile } from './centre-file.ts';
import { instructions } from './instructions.ts';
import { lookAtMachine, refusalFor } from './machine.ts';
import { HELP, LOOPBACK, wishIn } from './options.ts';
import { freeTcpPort, freeUdpPort } from './ports.ts';
import { PracticeFolder } from './practice-folder.ts';
import { PracticeRefusal } from './refusal.ts';
import {
  hasRootTree,
  provideRootTree,
  RootTreeError,
  removeRootTree,
  rootTreePath,
} from './root-tree.ts';
import { type Phones, practiceDialplan, practicePhones } from './telephone-network.ts';

/** The ports that are tried first: those that people expect. */
const SIP_PORT = 5060;
const HTTP_PORT = 8088;
/** Above those of the tests, below those that the system hands out itself. Enough for 25 calls with two legs. */
const RTP_PORTS = { first: 31_100, last: 31_199 };
/** Asterisk is given five seconds to end politely; this is more. */
const DOWN_SECONDS_MAX = 20;
const LOOK_MS = 100;

type Say = (text: string) => void;

const onThisTerminal: Say = (text) => {
  process.stdout.write(`${text}\n`);
};

/**
 * `npm run pbx`: a throw-away Asterisk to try Ringback with.
 * @param project The clone that it belongs to.
 * @returns The exit code: 1 when it refused to start, with the reason on the terminal.
 */
export async function main(
  project: string,
  arguments_: readonly string[],
  say: Say = onThisTerminal,
): Promise<number> {
  try {
    const wish = wishIn(arguments_);
    switch (wish.kind) {
      case 'help':
        say(HELP);
        return 0;
      case 'down':
        return await down(new PracticeFolder(project), say);
      case 'run':
        return await run(project, wish.address, say);
    }
  } catch (error) {
    if (!isForPeople(error)) throw error;
    say(error.message);
    return 1;
  }
}

/** Whether an error tells what happened in words: one of ours, or one of the system, such as a full disk. */
function isForPeople(error: unknown): error is Error {
  const isOurs = error instanceof PracticeRefusal || error instanceof RootTreeError;
  return isOurs || (error instanceof Error && 'syscall' in error);
}

async function run(project: string, address: string, say: Say): Promise<number> {
  const refusal = refusalFor(lookAtMachine());
  if (refusal !== null) throw new PracticeRefusal(refusal);
  const folder = new PracticeFolder(project);
  folder.claim();
  const wishToEnd = endOnSignals();
  try {
    const tree = await treeFor(wishToEnd, say);
    if (tree === null) return 0;
    return await serve({ project, address, folder, tree, say }, wishToEnd);
  } finally {
    folder.release();
  }
}

/** Aborts when somebody ends this program: Ctrl-C, `npm run pbx -- down`, or the terminal that is closed. */
function endOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      controller.abort();
    });
  }
  return controller.signal;
}

/** The tree with Asterisk; null when somebody ended this before it was there. */
async function treeFor(wishToEnd: AbortSignal, say: Say): Promise<string | null> {
  const path = rootTreePath();
  if (!hasRootTree(path)) {
    say(
      `packages: fetching Debian's Asterisk 22 into ${path} (once, about 350 MB; half a minute, on a slow line several)`,
    );
  }
  try {
    return await provideRootTree(path, wishToEnd);
  } catch (error) {
    if (wishToEnd.aborted) return null;
    throw error;
  }
}

interface Stage {
  readonly project: string;
  readonly address: string;
  readonly folder: PracticeFolder;
  readonly tree: string;
  readonly say: Say;
}

/** Runs Asterisk until somebody ends it, or it ends by itself. */
async function serve(stage: Stage, wishToEnd: AbortSignal): Promise<number> {
  const { folder, say } = stage;
  const phones = await phonesFor(stage);
  const asterisk = await startedAsterisk(stage, phones);
  try {
    const version = (await asterisk.cli('core show version')).split(' built by')[0] ?? '';
    say(instructions(phones, version));
    await Promise.race([aborted(wishToEnd), asterisk.ended]);
    if (wishToEnd.aborted) return 0;
    say(`Asterisk has ended by itself. The end of its log:\n${asterisk.log().slice(-1_000)}`);
    return 1;
  } finally {
    await asterisk.end('SIGTERM');
    say(`stopped; ${folder.path} stays for the next start, with passwords and centre.yaml`);
  }
}

async function phonesFor({ address, folder }: Stage): Promise<Phones> {
  return {
    address,
    port: await freeUdpPort(address, SIP_PORT),
    customerPassword: folder.password('customer'),
    agentPassword: folder.password('agent'),
  };
}

async function startedAsterisk(
  { project, folder, tree }: Stage,
  phones: Phones,
): Promise<AsteriskProcess> {
  const httpPort = await freeTcpPort(LOOPBACK, HTTP_PORT);
  const place = { tree, folder: folder.asterisk };
  const files = asteriskFiles({
    httpPort,
    ariPassword: folder.password('ari'),
    rtpPorts: RTP_PORTS,
    phones: practicePhones(phones),
    dialplan: practiceDialplan(),
  });
  layOut(place, { project, files });
  folder.write('centre.yaml', centreFile(httpPort));
  const asterisk = new AsteriskProcess(place);
  await asterisk.start();
  return asterisk;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

/** Ends the one that runs in this clone, and removes what it has made. */
async function down(folder: PracticeFolder, say: Say): Promise<number> {
  if (process.getuid?.() !== 0) {
    throw new PracticeRefusal(
      'Only root can end and remove it. Type: sudo env "PATH=$PATH" npm run pbx -- down',
    );
  }
  const pid = folder.runningPid();
  if (pid !== null) {
    process.kill(pid, 'SIGTERM');
    await gone(folder, pid);
    say(`ended the practice PBX (process ${pid.toString()})`);
  }
  folder.remove();
  const tree = rootTreePath();
  if (removeRootTree(tree)) say(`removed ${folder.path} and ${tree}`);
  else say(`removed ${folder.path}; ${tree} stays, since another Asterisk runs in it`);
  return 0;
}

async function gone(folder: PracticeFolder, pid: number): Promise<void> {
  const endMs = performance.now() + DOWN_SECONDS_MAX * 1_000;
  while (folder.runningPid() !== null) {
    if (performance.now() > endMs) process.kill(pid, 'SIGKILL'); // Asterisk ends with it.
    await pause(LOOK_MS);
  }
}
