import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from './main.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringback-lint-'));
let server: Server;
let url: string;
let exported: unknown;

beforeAll(async () => {
  server = createServer(({ url: asked = '' }, response) => {
    const isList = asked.startsWith('/api/v1/callbacks');
    const body = isList ? { items: [], nextCursor: null } : exported;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  url = `http://127.0.0.1:${(typeof address === 'object' ? (address?.port ?? 0) : 0).toString()}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function ringback(
  ...argv: readonly string[]
): Promise<{ exitCode: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const exitCode = await main(['node', 'ringback', ...argv], {
    environment: { RINGBACK_URL: url },
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { exitCode, out, err };
}

function fileOf(text: string): string {
  const file = join(folder, 'centre.yaml');
  writeFileSync(file, text);
  return file;
}

const GOOD = `pbxs:
  - name: main
    driver: sandbox
    routes: [{ name: carrier, dial: "PJSIP/{number}@carrier", lines: 2 }]
queues:
  - name: support
    callback:
      ringCustomer: PT30S
agents:
  - { name: desk-1, endpoint: PJSIP/desk-1, queues: [support] }
numbers:
  - { number: "+12025550120", queue: support }
`;
const BRIEF = GOOD.replace('PT30S', 'PT10S');

describe('ringback lint', () => {
  test('finds nothing in a good file, and needs no running Ringback for it', async () => {
    expect(await ringback('--url', 'http://127.0.0.1:1', 'lint', fileOf(GOOD))).toEqual({
      exitCode: 0,
      out: 'Nothing to improve.\n',
      err: '',
    });
  });

  test('tells file, line, severity, rule, what was found, why, and what would be better', async () => {
    const file = fileOf(BRIEF);
    const { exitCode, out, err } = await ringback('lint', file);
    expect(exitCode).toBe(2);
    expect(err).toBe('');
    expect(out.split('\n')).toEqual([
      `${file}:8:7 queues[0].callback.ringCustomer: warning L10: rings customers for less than 15 seconds: few reach their phone in time`,
      '    Few people reach their phone in time, and every attempt counts. Better: A `ringCustomer` of PT30S.',
      '1 finding.',
      '',
    ]);
  });

  test.each([
    ['error', 0],
    ['warning', 2],
    ['advice', 2],
    ['never', 0],
  ])('with --fail-on %s a warning ends with %i', async (severity, exitCode) => {
    expect(await ringback('lint', fileOf(BRIEF), '--fail-on', severity)).toMatchObject({
      exitCode,
    });
  });

  test('another severity is refused with those that there are', async () => {
    const { exitCode, err } = await ringback('lint', fileOf(BRIEF), '--fail-on', 'fatal');
    expect(exitCode).toBe(1);
    expect(err).toContain('Allowed choices are error, warning, advice, never.');
  });

  test('tells programs the same as JSON', async () => {
    const { exitCode, out } = await ringback('lint', fileOf(BRIEF), '--json');
    expect(exitCode).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      findings: [
        {
          rule: 'L10',
          severity: 'warning',
          path: 'queues[0].callback.ringCustomer',
          place: `${join(folder, 'centre.yaml')}:8:7 queues[0].callback.ringCustomer`,
        },
      ],
    });
  });

  test('looks at what is set up when no file is named', async () => {
    exported = {
      queues: [],
      agents: [{ name: 'desk-1', endpoint: 'PJSIP/1', pbx: 'main' }],
      pbxs: [{ name: 'main', driver: 'sandbox' }],
    };
    const { exitCode, out } = await ringback('lint');
    expect(exitCode).toBe(2);
    expect(out).toContain('agents[0].name: warning L4: desk-1 serves no queue\n');
  });

  test.each([
    ['a file with mistakes', 'queues: 3', /:1:1 queues: found 3, allowed a list/],
    ['no YAML', 'queues: [', /:1:10 /],
  ])('%s is not looked at, and ends with 1', async (_, text, complaint) => {
    const { exitCode, out, err } = await ringback('lint', fileOf(text));
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toMatch(complaint);
    expect(err).toContain('has mistakes; mend them first.');
  });

  test('a file that is not there ends with 1 and says so', async () => {
    const { exitCode, err } = await ringback('lint', join(folder, 'none.yaml'));
    expect(exitCode).toBe(1);
    expect(err).toContain('none.yaml cannot be read');
  });
});
