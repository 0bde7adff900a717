import { Registry } from 'prom-client';
import { main } from '../../cli/main.ts';
import { DEFAULT_TENANT } from '../../core/prelude/ids.ts';
import type { ServerLog } from '../../http/problems.ts';
import { buildServer } from '../../http/server.ts';
import type { SandboxCentre } from './sandbox-centre.ts';

/** What one command line came to. */
export interface Told {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** People at the command line of a sandbox centre: from the words they type to the rows, with nothing left out. */
export interface CentreConsole {
  /** Runs `ringback` with these words, as the login `eva`. */
  readonly ringback: (...words: readonly string[]) => Promise<Told>;
  /** The answer for programs. */
  readonly json: (...words: readonly string[]) => Promise<unknown>;
  /** What `/metrics` tells. */
  readonly metrics: () => Promise<string>;
  /** Where it is served. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Serves the centre on loopback. Close it before the centre. */
export async function openConsole(
  centre: SandboxCentre,
  log: ServerLog = { warn: () => undefined, error: () => undefined },
): Promise<CentreConsole> {
  const app = buildServer({
    database: centre.database,
    operations: centre.engine,
    tenantId: DEFAULT_TENANT,
    shownTenant: async () => Promise.resolve(DEFAULT_TENANT),
    demo: null,
    checkPbx: async () => Promise.resolve(null),
    registry: new Registry(),
    log,
    publicUrl: 'https://ringback.example.com',
    version: '0.1.0',
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const ringback = async (...words: readonly string[]): Promise<Told> => {
    let [out, err] = ['', ''];
    const exitCode = await main(['node', 'ringback', ...words], {
      environment: { RINGBACK_URL: url, USER: 'eva' },
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    });
    return { exitCode, out, err };
  };
  return {
    ringback,
    json: async (...words) => JSON.parse((await ringback('--json', ...words)).out) as unknown, // Untyped in the library; unknown is the truth.
    url,
    metrics: async () => (await fetch(`${url}/metrics`)).text(),
    close: async () => app.close(),
  };
}
