import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freeTcpPort } from '../telephone/support/ports.ts';

/** How long a node may take to be up, and a look from outside to come true, in milliseconds. */
const WAIT_MS = 60_000;
const LOOK_MS = 50;

/** One Ringback process, as an operator would run it. */
export interface RingbackNode {
  readonly url: string;
  readonly pid: number;
  /** True once the process is gone, whatever ended it. */
  hasEnded(): boolean;
  /** Everything it has printed so far. */
  output(): string;
  /** Asks the API; rejects with the problem document for anything but success. */
  api<Answer>(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<Answer>;
  /** Sends a signal and, unless it only stops the process for a while, waits until it is gone. */
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
}

/** Starts the built program against a database; resolves when it answers. It is killed with the test process. */
export async function startRingback(
  databaseUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<RingbackNode> {
  const port = await freeTcpPort();
  const data = mkdtempSync(join(tmpdir(), 'ringback-node-'));
  const url = `http://127.0.0.1:${port.toString()}`;
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', `await (await import('${LAUNCHED}')).main()`],
    {
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: databaseUrl,
        RINGBACK_DATA: data,
        RINGBACK_PORT: port.toString(),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const printed: string[] = [];
  child.stdout.on('data', (text: Buffer) => printed.push(text.toString()));
  child.stderr.on('data', (text: Buffer) => printed.push(text.toString()));
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  const gone = goneOf(child).then(() => {
    process.removeListener('exit', end);
    rmSync(data, { recursive: true, force: true });
  });
  await eventually('Ringback is up', async () => {
    if (child.exitCode !== null) throw new Error(`Ringback ended:\n${printed.join('')}`);
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    return answer?.ok === true ? true : null;
  });
  return {
    url,
    pid: child.pid ?? 0,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    output: () => printed.join(''),
    api: async (method, path, body) => ask(url, method, path, body),
    kill: async (signal) => {
      child.kill(signal);
      if (signal === 'SIGKILL' || signal === 'SIGTERM') await gone;
    },
  };
}

const LAUNCHED = new URL('../../dist/main.js', import.meta.url).href;

/**
 * Looks again and again until there is something to see, and answers it. For what only a look from outside can tell;
 * the bound ends a hanging test and says nothing about speed.
 */
export async function eventually<Seen>(
  what: string,
  look: () => Promise<Seen | null> | Seen | null,
): Promise<Seen> {
  const endMs = performance.now() + WAIT_MS;
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    if (performance.now() > endMs) throw new Error(`waited in vain until: ${what}`);
    await pause(LOOK_MS);
  }
}

async function goneOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
}

async function ask<Answer>(
  url: string,
  method: string,
  path: string,
  body: unknown,
): Promise<Answer> {
  const request =
    body === undefined
      ? { method }
      : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const answer = await fetch(url + path, request);
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(`${method} ${path} answered ${answer.status.toString()}: ${text}`);
  }
  // The tests name the shape they expect; a wrong one fails their assertions.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- see above
  return (text === '' ? null : JSON.parse(text)) as Answer;
}
