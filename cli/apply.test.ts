import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfiguration } from '../contract/configuration-reading.ts';
import type { ConfigurationApplied } from '../contract/configuration-routes.ts';
import { problemOf } from '../contract/problem.ts';
import { applyCommand, type ConfigurationAnswer, type ConfigurationCommands } from './apply.ts';
import { configurationYaml, exportCommand } from './export.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringback-apply-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const CENTRE = `pbxs:
  - name: main
    driver: asterisk
    url: http://127.0.0.1:8088
    username: ringback
    passwordFile: secrets/ari
queues:
  - name: support
    callback: { attempts: 3 }
agents:
  - { name: desk-1, endpoint: PJSIP/agent1, queues: [support] }
`;

interface Run {
  readonly printed: readonly string[];
  readonly complained: readonly string[];
  readonly exitCode: number;
  /** What reached the server; undefined when nothing did. */
  readonly sent: { readonly document: unknown; readonly dryRun: boolean } | undefined;
}

/** Runs a command line against a server that gives the answer. */
async function run(
  args: readonly string[],
  answer: ConfigurationAnswer<ConfigurationApplied>,
  exported: unknown = {},
): Promise<Run> {
  const [printed, complained]: [string[], string[]] = [[], []];
  let [exitCode, sent]: [number, Run['sent']] = [0, undefined];
  const commands: ConfigurationCommands = {
    api: () => ({
      exportConfiguration: async () => Promise.resolve({ ok: true, value: exported }),
      applyConfiguration: async (document, dryRun) => {
        sent = { document, dryRun };
        return Promise.resolve(answer);
      },
    }),
    print: (line) => printed.push(line),
    complain: (line) => complained.push(line),
    fail: (code) => {
      exitCode = code;
    },
  };
  const program = new Command()
    .addCommand(applyCommand(commands))
    .addCommand(exportCommand(commands));
  await program.parseAsync(args, { from: 'user' });
  const strip = (line: string): string => line.replaceAll(`${folder}/`, '');
  return { printed: printed.map(strip), complained: complained.map(strip), exitCode, sent };
}

function fileOf(text: string): string {
  const file = join(folder, 'centre.yaml');
  writeFileSync(file, text);
  return file;
}

const NOTHING: ConfigurationAnswer<ConfigurationApplied> = {
  ok: true,
  value: { applied: true, changes: [], warnings: [] },
};

test('a right file reaches the server with its secrets found from its own folder', async () => {
  const { printed, exitCode, sent } = await run(['apply', fileOf(CENTRE)], NOTHING);
  expect({ printed, exitCode }).toEqual({ printed: ['Nothing to change.'], exitCode: 0 });
  expect(sent).toMatchObject({
    dryRun: false,
    document: { pbxs: [{ passwordFile: join(folder, 'secrets/ari') }] },
  });
});

test('every mistake is told with file, line, field, what was found and what is allowed, and nothing is sent', async () => {
  const wrong = CENTRE.replace('attempts: 3', 'attempts: 40').replace('endpoint:', 'endpiont:');
  const { complained, exitCode, sent } = await run(['apply', fileOf(wrong)], NOTHING);
  expect(complained).toEqual([
    'centre.yaml:9:17 queues[0].callback.attempts: found 40, allowed 1 to 21',
    'centre.yaml:11:5 agents[0].endpoint: found nothing, allowed a phone as the PBX calls it, such as PJSIP/agent1',
    'centre.yaml:11:21 agents[0].endpiont: found the unknown setting "endpiont", allowed name, endpoint, queues, pbx (did you mean endpoint?)',
    'centre.yaml has 3 mistakes; nothing has been changed.',
  ]);
  expect({ exitCode, sent }).toEqual({ exitCode: 1, sent: undefined });
});

test.each([
  ['no YAML', 'queues: [', /^centre\.yaml:1:10 /],
  ['an empty file', '', /^centre\.yaml:1:1 found nothing, allowed the settings [a-zA-Z, ]*pbxs, /],
])('%s is told and not sent', async (_, text, first) => {
  const { complained, exitCode, sent } = await run(['apply', fileOf(text)], NOTHING);
  expect(complained[0]).toMatch(first);
  expect({ exitCode, sent }).toEqual({ exitCode: 1, sent: undefined });
});

test('a file that is not there is told in words', async () => {
  const { complained, exitCode } = await run(['apply', join(folder, 'none.yaml')], NOTHING);
  expect(complained[0]).toMatch(/^none\.yaml cannot be read: ENOENT/);
  expect(exitCode).toBe(1);
});

test('what the server finds is told with its line as well', async () => {
  const mistakes = [
    { path: 'queues[0].pbx', message: 'queue support cannot be moved: busy' },
    { path: 'agents', message: 'agent desk-2 cannot be removed: on a call' },
  ];
  const problem = problemOf({ code: 'CONFIGURATION_INVALID', mistakes });
  const { complained, exitCode } = await run(['apply', fileOf(CENTRE)], { ok: false, problem });
  expect(complained).toEqual([
    'centre.yaml:8:5 queues[0].pbx: queue support cannot be moved: busy',
    'centre.yaml:10:1 agents: agent desk-2 cannot be removed: on a call',
    'centre.yaml has 2 mistakes; nothing has been changed.',
  ]);
  expect(exitCode).toBe(1);
});

test('any other problem is told in its own words', async () => {
  const problem = problemOf({ code: 'DATABASE_UNAVAILABLE' });
  const { complained, exitCode } = await run(['apply', fileOf(CENTRE)], { ok: false, problem });
  expect(complained).toEqual([problem.detail]);
  expect(exitCode).toBe(1);
});

test('changes and warnings are printed in readable lines', async () => {
  const value: ConfigurationApplied = {
    applied: false,
    changes: [
      { kind: 'agent', name: 'desk-1', change: 'created', fields: [] },
      {
        kind: 'queue',
        name: 'support',
        change: 'changed',
        fields: [{ field: 'callback.retryAfter', from: 'PT10M', to: 'PT5M' }],
      },
    ],
    warnings: [{ path: 'queues[0].name', message: 'no agent serves support' }],
  };
  const result = await run(['apply', fileOf(CENTRE), '--dry-run'], { ok: true, value });
  expect(result.printed).toEqual([
    'created agent desk-1',
    'changed queue support: callback.retryAfter PT10M → PT5M',
    '2 changes would be made; nothing has been changed.',
  ]);
  expect(result.complained).toEqual([
    'centre.yaml:8:5 queues[0].name: warning: no agent serves support',
  ]);
  expect(result.sent?.dryRun).toBe(true);
});

test('what is exported is read back as the same, also by readers of YAML 1.1', async () => {
  const document = {
    pbxs: [{ name: 'no', driver: 'sandbox', routes: [] }],
    hours: [
      { name: 'day', timeZone: 'UTC', weekly: [{ days: ['mo'], from: '08:00', to: '24:00' }] },
    ],
    queues: [{ name: '1e3', number: '+12025550110', hours: 'day', callback: { wrapUp: 'PT30S' } }],
    agents: [{ name: 'desk-1', endpoint: 'PJSIP/agent1', queues: ['1e3'] }],
    numbers: [{ number: '+12025550120', queue: '1e3' }],
  };
  const { printed } = await run(['export'], NOTHING, document);
  const yaml = printed.join('\n');
  expect(parse(yaml)).toEqual(document);
  expect(parse(yaml, { version: '1.1' })).toEqual(document);
  expect(readConfiguration(parse(configurationYaml(document))).ok).toBe(true);
});
