import { randomUUID } from 'node:crypto';
import { type Configuration, writeConfiguration } from '../contract/configuration.ts';
import {
  asMistake,
  type ConfigurationProblem,
  pathText,
} from '../contract/configuration-problems.ts';
import { readConfiguration } from '../contract/configuration-reading.ts';
import { applyConfiguration, exportConfiguration } from '../contract/configuration-routes.ts';
import type { Mistake, Refused } from '../contract/problem.ts';
import { maskNumbers } from '../core/numbers/masked.ts';
import type { Operations } from '../engine/operations.ts';
import type { Changes } from '../store/configuration/changes.ts';
import { applyCentre, planCentre, readCentre } from '../store/configuration/configuration.ts';
import { ConfigurationInUse } from '../store/configuration/use.ts';
import type { Database } from '../store/database.ts';
import { centreOf, changeView, configurationOf, pathOfUse } from './configuration-mapping.ts';
import type { ServerDeps } from './deps.ts';
import { type Api, refuse, reply, serve } from './serve.ts';

/** What these routes need of the server. */
export interface ConfigurationDeps extends Pick<ServerDeps, 'tenantId' | 'log'> {
  readonly database: Pick<Database, 'forTenant'>;
  readonly operations: Pick<Operations, 'centreChanged'>;
}

/** The whole configuration as one document: out, and in again. */
export function registerConfigurationRoutes(api: Api, deps: ConfigurationDeps): void {
  const { database, tenantId } = deps;
  serve(api, exportConfiguration, async () => {
    const centre = await database.forTenant(tenantId, async (tx) => readCentre(tx, tenantId));
    return reply(200, writeConfiguration(configurationOf(centre)));
  });
  serve(api, applyConfiguration, async ({ query, body }) => {
    const reading = readConfiguration(body);
    if (!reading.ok) return refuse(invalid(reading.problems.map(masked).map(asMistake)));
    const { configuration, warnings } = reading;
    const dryRun = query.dryRun === 'true';
    const outcome = await apply(deps, configuration, dryRun);
    if ('refused' in outcome) return outcome;
    if (!dryRun) await tellEngine(deps);
    const changes = outcome.changes.map(changeView);
    return reply(200, { applied: !dryRun, changes, warnings: [...warnings] });
  });
}

async function apply(
  { database, tenantId }: ConfigurationDeps,
  configuration: Configuration,
  dryRun: boolean,
): Promise<{ readonly changes: Changes } | { readonly refused: Refused }> {
  const centre = centreOf(configuration);
  try {
    const changes = await database.forTenant(tenantId, async (tx) =>
      dryRun
        ? planCentre(tx, tenantId, centre)
        : applyCentre(tx, tenantId, centre, () => randomUUID()),
    );
    return { changes };
  } catch (error) {
    if (!(error instanceof ConfigurationInUse)) throw error;
    return refuse(
      invalid(
        error.inUse.map((use) => ({
          path: pathText(pathOfUse(use, configuration)),
          message: `${use.kind} ${use.name} cannot be ${use.change === 'removed' ? 'removed' : 'moved'}: ${use.reason}`,
        })),
      ),
    );
  }
}

/** Numbers and durations beyond a limit are told as they are: the limit is worth little without them. */
const PLAIN = /^(?:-?\d{1,10}|"P[\dDTHMSW]*")$/;

/** Numbers of people may stand in a configuration; whoever wrote it finds them by their place. */
function masked(problem: ConfigurationProblem): ConfigurationProblem {
  const { path, found, allowed } = problem;
  return {
    path: path.map((step) => (typeof step === 'string' ? maskNumbers(step) : step)),
    found: PLAIN.test(found) ? found : maskNumbers(found),
    allowed,
  };
}

function invalid(mistakes: readonly Mistake[]): Refused {
  const [first] = mistakes;
  const more = mistakes.length > 1 ? ` (and ${(mistakes.length - 1).toString()} more)` : '';
  const detail = first === undefined ? '' : `${first.path}: ${first.message}${more}`;
  return { code: 'CONFIGURATION_INVALID', detail, mistakes };
}

/** The change is committed: whatever goes wrong now, it stands, and the engine finds it with its next look. */
async function tellEngine({ operations, log }: ConfigurationDeps): Promise<void> {
  try {
    await operations.centreChanged();
  } catch (error) {
    log.warn({ err: error }, 'the configuration was applied, but the engine could not be told');
  }
}
