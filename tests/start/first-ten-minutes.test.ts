import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { files, read } from '../../tools/tree.ts';
import { eventually } from '../support/ringback-node.ts';
import { telephonyReady } from '../telephone/support/asterisk-root.ts';
import { ownTree } from '../telephone/support/own-tree.ts';
import { freeTcpPort } from '../telephone/support/ports.ts';
import { Softphone, type SoftphoneCall } from '../telephone/support/softphone.ts';
import { Folders, type Program, run, start } from './programs.ts';

const GUIDE = 'docs/first-ten-minutes.md';
/** What runs on in a terminal of its own, and what it says when the reader may go on. */
const STAYS: ReadonlyMap<string, string> = new Map([
  ['npm start', 'ready: '],
  ['npm run pbx', 'Ctrl-C ends the PBX'],
]);

/** A block of the guide: commands, what is done with the telephone, or what one sees then. */
interface Block {
  readonly kind: 'sh' | 'phone' | 'text';
  readonly lines: readonly string[];
}

function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, kind = '', text = '']) => {
    if (kind !== 'sh' && kind !== 'phone' && kind !== 'text') {
      throw new Error(`nobody knows how to follow a block of ${kind}`);
    }
    return { kind, lines: text.trim().split('\n') };
  });
}

describe.skipIf(!telephonyReady())('the first ten minutes', () => {
  const folders = new Folders();
  const clone = folders.folder();
  const terminals = new Map<string, Program>();
  let environment: Readonly<Record<string, string>> = {};
  let phone: Softphone | null = null;
  let call: SoftphoneCall | null = null;
  let lastCommand = '';

  beforeAll(async () => {
    folders.watch(join(clone, 'data'));
    for (const path of [...files(), '.npmrc']) cpSync(path, join(clone, path));
    // Another Ringback, and the tree of the other tests, may be there.
    const port = (await freeTcpPort()).toString();
    environment = { RINGBACK_PORT: port, ...(await ownTree(folders.folder())) };
  }, 600_000);

  afterAll(async () => {
    await phone?.stop();
    for (const program of terminals.values()) program.signalGroup('SIGKILL');
    await folders.clear();
  });

  /** Types a command; those that stay get a terminal of their own. */
  async function type(command: string): Promise<string> {
    lastCommand = command;
    const how = { cwd: clone, environment };
    const sign = STAYS.get(command);
    if (sign === undefined) {
      const { code, output } = await run('sh', ['-c', command], how);
      expect(code, `${command}:\n${output}`).toBe(0);
      return output;
    }
    const program = start('sh', ['-c', `exec ${command}`], how);
    terminals.set(command, program);
    await program.says(sign);
    return program.output();
  }

  /** Looks again until the last command shows these lines, whatever stands between their words. */
  async function sees(lines: readonly string[]): Promise<void> {
    const pattern = lines
      .map((line) => line.trim().split(/\s+/).map(escaped).join('\\s+'))
      .join('[^\\n]*\\n[^\\n]*');
    await eventually(`${lastCommand} shows ${lines.join(' / ')}`, async () =>
      new RegExp(pattern).test(await type(lastCommand)) ? true : null,
    );
  }

  /** Does with the telephone what the guide says. */
  async function act(line: string): Promise<void> {
    phone ??= await registered();
    const [verb = '', number = ''] = line.split(' ');
    if (verb === 'call') call = await phone.call(number);
    else if (line === 'wait for "press 1"') await heard('ringback/offer');
    else if (line === 'press 1') await call?.press('1');
    else if (line === 'wait for the confirmation') await heard('ringback/confirmation');
    else if (line === 'answer') await phone.answer();
    else if (line === 'talk') await conversation();
    else if (line === 'hang up' && call !== null) {
      await call.hangUp();
      call = null;
    } else if (line === 'hang up') await phone.hangUpAnswered();
    else throw new Error(`nobody knows how to "${line}"`);
  }

  /** Reads the account off the terminal, as people do. */
  async function registered(): Promise<Softphone> {
    const printed = terminals.get('npm run pbx')?.output() ?? '';
    const [, user = '', password = '', server = ''] =
      /user name +(\S+)\n +password +(\S+)\n +server +(\S+)/.exec(printed) ?? [];
    return Softphone.register(server, { user, password });
  }

  /** Waits until the PBX says that it plays this to the telephone. */
  async function heard(prompt: string): Promise<void> {
    const log = join(clone, 'practice/asterisk/log/full');
    await eventually(`the telephone hears ${prompt}`, () =>
      readFileSync(log, 'utf8').includes(`Playing '${prompt}`) ? true : null,
    );
  }

  async function conversation(): Promise<void> {
    await eventually('both talk', async () => {
      const { output } = await run('npx', ['ringback', 'callback', 'list'], { cwd: clone });
      return output.includes(' connected ') ? true : null;
    });
  }

  test('followed word for word they lead from a clone to a telephone that is called back', async () => {
    const blocks = blocksOf(read(GUIDE));
    expect(blocks.map(({ kind }) => kind).filter((kind) => kind === 'phone')).toHaveLength(2);
    for (const { kind, lines } of blocks) {
      if (kind === 'text') await sees(lines);
      else for (const line of lines) await (kind === 'sh' ? type(line) : act(line));
    }
    const received = phone?.received() ?? [];
    expect(received).toMatchObject([{ callerNumber: '+12025550120', status: 200 }]);
    expect(await terminals.get('npm run pbx')?.ended).toBe(0);
    terminals.get('npm start')?.signalGroup('SIGINT');
    await terminals.get('npm start')?.ended;
    expect(terminals.get('npm start')?.output()).toMatch(/\nstopped\n$/);
  }, 400_000);
});

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
