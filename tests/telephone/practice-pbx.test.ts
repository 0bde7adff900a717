import assert from 'node:assert/strict';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRootTreeInUse } from '../../practice-pbx/root-tree.ts';
import { Folders, NOBODY, type Program, run, start } from '../start/programs.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually, type RingbackNode, startRingback } from '../support/ringback-node.ts';
import { migrated } from '../support/sandbox-centre.ts';
import { telephonyReady } from './support/asterisk-root.ts';
import { ownTree } from './support/own-tree.ts';
import { Softphone, type SoftphoneCall } from './support/softphone.ts';

describe.skipIf(!telephonyReady())('the practice PBX', () => {
  const folders = new Folders();
  const clone = folders.folder();
  let environment = { PRACTICE_PBX_TREE: '' };
  const practice = join(clone, 'practice');
  let pbx: Program;

  const npmRunPbx = (...more: readonly string[]): Program =>
    start('npm', ['run', '--silent', 'pbx', ...more], { cwd: clone, environment });

  beforeAll(async () => {
    environment = await ownTree(folders.folder());
    cpSync('package.json', join(clone, 'package.json'));
    for (const name of ['bin', 'prompts', 'telephony']) {
      cpSync(name, join(clone, name), { recursive: true });
    }
    symlinkSync(resolve('dist'), join(clone, 'dist'));
    chownSync(clone, NOBODY ?? 0, NOBODY ?? 0);
    pbx = npmRunPbx();
    await pbx.says('Ctrl-C ends the PBX');
  });

  afterAll(async () => {
    pbx.signalGroup('SIGKILL');
    await pbx.ended;
    await folders.clear();
  });

  /** What was printed behind `server`, the same for both accounts. */
  const server = (): string => /server +(\S+)/.exec(pbx.output())?.[1] ?? '';
  const passwordOf = (user: string): string =>
    new RegExp(`user name +${user}\\n +password +(\\S+)`).exec(pbx.output())?.[1] ?? '';
  const softphone = async (user: string): Promise<Softphone> =>
    Softphone.register(server(), { user, password: passwordOf(user) });

  test('its files belong to the person whose clone it is, and passwords are for nobody else', () => {
    const files = readdirSync(practice, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'running.json')
      .map(({ name }) => {
        const { mode, uid } = statSync(join(practice, name));
        return `${name} ${(mode & 0o777).toString(8)} ${(uid === (NOBODY ?? 0)).toString()}`;
      });
    expect(files).toEqual([
      'agent-password 600 true',
      'ari-password 600 true',
      'centre.yaml 644 true',
      'customer-password 600 true',
    ]);
    expect(passwordOf('customer')).toBe(readFileSync(join(practice, 'customer-password'), 'utf8'));
    expect(passwordOf('customer')).not.toBe(passwordOf('agent'));
  });

  test('whoever does not know the password has no phone', async () => {
    const guess = { user: 'customer', password: 'customer' };
    await expect(Softphone.register(server(), guess)).rejects.toThrow('refuses the account');
  });

  test('a second start in the same clone names the first', async () => {
    const { code, output } = await run('npm', ['run', '--silent', 'pbx'], {
      cwd: clone,
      environment,
    });
    expect(code).toBe(1);
    expect(output).toMatch(/^A practice PBX runs here already: process \d+\. End it with: npm run/);
  });

  describe('with Ringback beside it', () => {
    let database: TestDatabase;
    let node: RingbackNode;
    let customer: Softphone;
    let agent: Softphone;

    const ringback = async (line: string): Promise<string> => {
      const program = resolve('bin/ringback.js');
      const { code, output } = await run(process.execPath, [program, ...line.split(' ')], {
        cwd: clone,
        environment: { RINGBACK_URL: node.url },
      });
      expect(code, output).toBe(0);
      return output;
    };
    /** Waits for a callback of this number in this state, and gives its attempts. */
    const endOf = async (number: string, state: string): Promise<string> => {
      const found = await eventually(`the callback of ${number} is ${state}`, async () => {
        const { items } = await node.api<{
          items: { id: string; number: string; state: string }[];
        }>('GET', '/api/v1/callbacks');
        return items.find((item) => item.number === number && item.state === state) ?? null;
      });
      return ringback(`callback show ${found.id}`);
    };

    beforeAll(async () => {
      database = await createTestDatabase({ name: 'migrated', prepare: migrated });
      node = await startRingback(database.url);
      [customer, agent] = await Promise.all([softphone('customer'), softphone('agent')]);
      // Nobody waits for half a minute to see that somebody does not answer.
      const centre = join(practice, 'centre.yaml');
      const text = readFileSync(centre, 'utf8');
      assert(text.includes('retryAfter'));
      writeFileSync(centre, text.replace('retryAfter', 'ringCustomer: PT5S, retryAfter'));
      await ringback('apply practice/centre.yaml');
      await eventually('the PBX is ready', async () =>
        /practice +ready/.test(await ringback('status')) ? true : null,
      );
    });

    afterAll(async () => {
      await Promise.all([customer.stop(), agent.stop()]);
      await node.kill('SIGKILL');
      await database.drop();
    });

    test('it has everything that Ringback needs, as soon as both phones are there', async () => {
      const findings = (await ringback('pbx check practice')).split('\n');
      expect(findings).toContain('PBX practice has everything that Ringback needs.');
      expect(findings).toContain('ok       phone PJSIP/agent');
    });

    test('an agent with a softphone is called first, and talks to the customer who is called back', async () => {
      const call = await customer.call('120');
      await call.press('1');
      await call.ended();
      await ringback('agent set agent available');
      await agent.answer();
      const { callerNumber } = await customer.answer();
      expect(callerNumber).toBe('+12025550120');
      await endOf('+12025550101', 'connected');
      await customer.hangUpAnswered();
      await endOf('+12025550101', 'completed');
      await ringback('agent set agent away');
    });

    test('the agent without a person answers, and each stand-in is judged as what it plays', async () => {
      // One after the other: whoever is reached keeps the only agent busy, and has to be the last in line.
      const calls: SoftphoneCall[] = [];
      for (const code of ['102', '103', '104', '105']) calls.push(await customer.call(code));
      for (const call of calls) await call.press('1');
      for (const call of calls) await call.ended();
      await ringback('agent set echo available');
      expect(await endOf('+12025550102', 'retry-wait')).toMatch(/ busy/);
      expect(await endOf('+12025550103', 'retry-wait')).toMatch(/ no-answer/);
      expect(await endOf('+12025550104', 'exhausted')).toMatch(/ invalid-number/);
      expect(await endOf('+12025550105', 'connected')).toMatch(/\nState +connected\n/);
    });
  });

  test('Ctrl-C ends it and its Asterisk; passwords stay for the next start', async () => {
    const before = passwordOf('customer');
    pbx.signalGroup('SIGINT');
    await pbx.ended;
    expect(pbx.output()).toMatch(/\nstopped; [^\n]*practice stays/);
    await noAsteriskRuns();
    expect(existsSync(join(practice, 'running.json'))).toBe(false);
    pbx = npmRunPbx();
    await pbx.says('Ctrl-C ends the PBX');
    expect(passwordOf('customer')).toBe(before);
  });

  test('killed without a word it leaves no Asterisk, and starts again', async () => {
    pbx.signalGroup('SIGKILL');
    await pbx.ended;
    await noAsteriskRuns();
    pbx = npmRunPbx('--', '--listen', '127.0.0.1');
    await pbx.says('Ctrl-C ends the PBX');
  });

  test('down ends it from elsewhere and removes everything it has made', async () => {
    const down = async (): Promise<{ code: number; output: string }> =>
      run('npm', ['run', '--silent', 'pbx', '--', 'down'], { cwd: clone, environment });
    const first = await down();
    expect(first.code, first.output).toBe(0);
    expect(first.output).toMatch(/^ended the practice PBX \(process \d+\)\nremoved /);
    expect(await pbx.ended).toBe(0);
    expect(existsSync(practice)).toBe(false);
    expect(existsSync(environment.PRACTICE_PBX_TREE)).toBe(false);
    expect(await down()).toMatchObject({ code: 0 });
  });

  test('what it cannot do is refused in a line or two', async () => {
    const refusal = async (arguments_: readonly string[], uid?: number): Promise<string> => {
      const { code, output } = await run('node', ['bin/pbx.js', ...arguments_], {
        cwd: clone,
        environment,
        ...(uid === undefined ? {} : { uid }),
      });
      expect(code, output).toBe(1);
      expect(output).not.toMatch(/^ {4}at /m);
      return output;
    };
    expect(await refusal(['--listen', '203.0.113.254'])).toMatch(
      /^203\.0\.113\.254 is no IPv4 address of this machine\. It has: .*127\.0\.0\.1/,
    );
    expect(await refusal(['up'])).toMatch(/^There is no "up"\.\nnpm run pbx /);
    expect(await refusal(['--port', '5060'])).toMatch(/^Unknown option '--port'/);
    if (NOBODY === undefined) return;
    expect(await refusal([], NOBODY)).toContain('sudo env "PATH=$PATH" npm run pbx');
    expect(await refusal(['down'], NOBODY)).toContain('npm run pbx -- down');
  });

  test('a copy that is not built says what to do first', async () => {
    const bare = folders.folder();
    mkdirSync(join(bare, 'bin'));
    for (const path of ['bin/pbx.js', 'bin/node-version.js', 'package.json']) {
      cpSync(path, join(bare, path));
    }
    const { code, output } = await run('node', ['bin/pbx.js'], { cwd: bare });
    expect(code).toBe(1);
    expect(output).toBe(
      'This copy is not built yet. Run "npm start" first, in a terminal of its own.\n',
    );
  });

  /** Waits until no process has the tree as its root folder. */
  async function noAsteriskRuns(): Promise<void> {
    await eventually('no Asterisk runs in the tree', () =>
      isRootTreeInUse(environment.PRACTICE_PBX_TREE) ? null : true,
    );
  }
});
