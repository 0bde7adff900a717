import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/ringback-node.ts';
import { freeTcpPort } from '../telephone/support/ports.ts';
import { Folders, type Program, run, SERVE, start } from './programs.ts';

const RINGBACK = resolve('bin/ringback.js');
const folders = new Folders();
let environment: Readonly<Record<string, string>> = {};
let program: Program | null = null;

/** A node on the data folder of this test, as `npm start` leaves it to bin/serve.js. */
async function begin(...words: readonly string[]): Promise<string> {
  program = start(process.execPath, [SERVE, ...words], { environment });
  await program.says('ready: ');
  return program.output();
}

async function end(): Promise<void> {
  program?.signal('SIGTERM');
  await program?.ended;
  program = null;
}

async function inNewFolder(): Promise<void> {
  const port = (await freeTcpPort()).toString();
  environment = { RINGBACK_DATA: folders.dataFolder(), RINGBACK_PORT: port };
}

/** What a command prints when it succeeds. */
async function says(...words: readonly string[]): Promise<string> {
  const { code, output } = await run(process.execPath, [RINGBACK, ...words], { environment });
  expect(code, output).toBe(0);
  return output;
}

afterAll(async () => {
  program?.signal('SIGKILL');
  await folders.clear();
});

const RUNNING =
  'practice centre: 3 queues and 12 agents; nobody is really called. Remove it with: npx ringback demo remove\n';

describe('in a new data folder', () => {
  beforeAll(async () => {
    await inNewFolder();
    expect(await begin('--demo')).toContain(RUNNING);
  });
  afterAll(end);

  test('the practice centre is alive at once: callers wait, agents talk, callbacks are under way', async () => {
    await eventually('callbacks in several states', async () => {
      const list = await says('callback', 'list');
      const states = new Set(list.match(/waiting|offered|accepted|dialing|connected|retry-wait/g));
      return states.size >= 3 ? true : null;
    });
    const status = await says('status');
    expect(status).toMatch(/\nThis is the practice centre: nobody is really called\./);
    for (const queue of ['billing', 'sales', 'support']) {
      expect(status).toMatch(new RegExp(`\n${queue} +\\d+ +\\d+ +\\d+ `));
    }
    expect(status.match(/PJSIP\//g)).toHaveLength(12);
  });

  test('demo caller support: one caller presses 1, and the story of the callback can be followed', async () => {
    const said = await says('demo', 'caller', 'support', '--presses', '1', '--after', '1s');
    expect(said).toMatch(/^\+1\d{10} calls support \(interaction \S+\)\.\n/);
    const id = /ringback callback story (\S+)/.exec(said)?.[1] ?? '';
    const story = await says('callback', 'story', id);
    expect(story).toMatch(/^\w+day,? \d+ \w+ \d{4}, support\n\n/);
    expect(story).toMatch(/\n\d\d:\d\d:\d\d +\+0:00 {2}A caller enters the line of support\.\n/);
    expect(story).toMatch(/ +\+0:0\d {2}The caller presses 1: a call is promised/);
    expect(story.split('\n').length).toBeLessThan(
      (await says('callback', 'story', id, '--details')).split('\n').length,
    );
  });

  test('status --watch into a pipe is plain lines, and Ctrl-C ends it', async () => {
    const watch = start(process.execPath, [RINGBACK, 'status', '--watch'], { environment });
    await eventually('something happens', () =>
      /\n\d\d:\d\d:\d\d {2}\w+ +[A-Za-z]/.test(watch.output()) ? true : null,
    );
    watch.signal('SIGINT');
    expect(await watch.ended).toBe(0);
    expect(watch.output()).not.toMatch(/[^\P{Cc}\n]/u);
    expect(watch.output()).toMatch(/^Ringback /);
  });

  test('status --watch whose reader has seen enough ends without a word', async () => {
    const line = `"${process.execPath}" "${RINGBACK}" status --watch | head -1`;
    const { code, output } = await run('sh', ['-c', line], { environment });
    expect(code).toBe(0);
    expect(output).toMatch(/^Ringback [^\n]+\n$/);
  });

  test('status --watch on a terminal draws in place, and leaves the terminal as it was', async () => {
    // `script` makes a terminal; the shell tells its number and becomes the command.
    const line = `echo "process $$"; exec "${process.execPath}" "${RINGBACK}" status --watch`;
    const args = ['-qec', line, '/dev/null'];
    const watch = start('script', args, { environment: { ...environment, TERM: 'xterm' } });
    await eventually('two pictures', () =>
      watch.output().split('Ctrl-C ends this view.').length > 2 ? true : null,
    );
    process.kill(Number(/process (\d+)/.exec(watch.output())?.[1]), 'SIGINT');
    expect(await watch.ended).toBe(0);
    expect(watch.output().endsWith('\u001b[?25h')).toBe(true);
    expect(watch.output()).toContain('practice centre: nobody is really called');
    expect(
      watch
        .output()
        .replace(/^process \d+\s+/, '')
        .startsWith('\u001b[?25l'),
    ).toBe(true);
  });
});

describe('beside a centre of one’s own', () => {
  beforeAll(async () => {
    await inNewFolder();
    await begin('--demo');
  });
  afterAll(end);

  test('the practice centre runs on unseen, and removing it touches nothing else', async () => {
    const file = join(folders.folder(), 'centre.yaml');
    // Names and numbers of the practice centre, on a PBX of one's own.
    writeFileSync(
      file,
      `pbxs: [{ name: main, driver: sandbox, routes: [{ name: carrier, dial: "PJSIP/{number}@carrier", lines: 1 }] }]
queues: [{ name: support, number: "+12025550110" }]
agents: [{ name: ada, endpoint: PJSIP/ada, queues: [support] }]
numbers: [{ number: "+12025550120", queue: support }]
`,
    );
    expect(await says('apply', file)).toMatch(/\d+ changes made\.\n$/);
    const status = await says('status');
    expect(status).toMatch(/\nA practice centre runs unseen behind yours\./);
    expect(status).not.toContain('billing');
    expect(await says('callback', 'list')).toBe('No callbacks.\n');
    const before = await says('export');
    expect(await says('demo', 'remove')).toContain('The practice centre is removed.');
    expect(await says('export')).toBe(before);
    expect(await says('status')).not.toContain('practice');
  });

  test('it stays away at the next start', async () => {
    await end();
    expect(await begin('--demo')).not.toContain('practice centre');
  });

  test('demo reset brings it back, to its beginning', async () => {
    expect(await says('demo', 'reset')).toMatch(
      /^The practice centre begins anew: billing, sales, support, 12 agents\.\n$/,
    );
    await end();
    expect(await begin('--demo')).toContain(RUNNING);
  });

  test('a start with --empty removes it for good', async () => {
    await end();
    expect(await begin('--empty')).toContain('practice centre: removed, with its history\n');
    await end();
    expect(await begin()).not.toContain('practice centre');
  });
});

describe('whoever wants none', () => {
  beforeEach(inNewFolder);

  test('npm start -- --empty begins with nothing, and so does a service manager', async () => {
    for (const words of [['--empty'], []]) {
      await inNewFolder();
      expect(await begin(...words)).not.toContain('practice centre');
      expect(await says('status')).toContain('No queues. Set one up with: ringback apply');
      await end();
    }
  });

  test('a word that no start understands is refused before anything is made', async () => {
    const { code, output } = await run(process.execPath, [SERVE, '--emtpy'], { environment });
    expect(code).toBe(1);
    expect(output).toMatch(/^"--emtpy" is nothing that a start understands\. It takes --empty /);
  });
});
