import { AriRefusal } from './answers.ts';
import * as additions from './check-additions.ts';
import { type CheckFinding, fine, wrong } from './check-finding.ts';
import type { Ari, Endpoint } from './generated/ari.ts';

/** Every prompt that Ringback speaks, by its name on the PBX. `prompts/` in the repository holds the files. */
export const PROMPTS: readonly string[] = [
  'agent-lost',
  'alert',
  'already-in-line',
  'apology',
  'confirmation',
  'customer-unavailable',
  'fallback',
  'go-on-in-your-place',
  'next-in-line',
  'number-refused',
  'number-unknown',
  'offer',
  'please-hold',
  'position',
  'position-in-line',
  'reconnecting',
  'voicemail-message',
].map((name) => `ringback/${name}`);

/** Whether the prompts are installed, and the PBX can speak numbers. */
export async function promptFindings(ari: Ari): Promise<readonly CheckFinding[]> {
  const missing: string[] = [];
  for (const name of PROMPTS) {
    if ((await found(async () => ari.sounds.get({ soundId: name }))) === null) missing.push(name);
  }
  const digits = await found(async () => ari.sounds.get({ soundId: 'digits/1' }));
  return [
    missing.length === 0
      ? fine('prompts', `all ${PROMPTS.length.toString()} are installed`)
      : wrong(
          'prompts',
          `${missing.length.toString()} of ${PROMPTS.length.toString()} are missing: copy the files of prompts/`,
          additions.prompts(missing),
        ),
    digits === null
      ? wrong('spoken numbers', 'digits/1 is missing: install the core sounds of Asterisk')
      : fine('spoken numbers', 'the core sounds are installed'),
  ];
}

/** Whether trunks and phones exist, and are there. */
export async function endpointFindings(
  ari: Ari,
  {
    routes,
    endpoints,
  }: {
    readonly routes: readonly { readonly name: string; readonly dial: string }[];
    readonly endpoints: readonly string[];
  },
): Promise<readonly CheckFinding[]> {
  const findings: CheckFinding[] = [];
  for (const { name, dial } of routes) {
    findings.push(await endpointFinding(ari, { what: `route ${name}`, dial, kind: 'trunk' }));
  }
  for (const dial of endpoints) {
    findings.push(await endpointFinding(ari, { what: `phone ${dial}`, dial, kind: 'phone' }));
  }
  return findings;
}

interface Dialled {
  readonly what: string;
  readonly dial: string;
  readonly kind: 'trunk' | 'phone';
}

async function endpointFinding(ari: Ari, { what, dial, kind }: Dialled): Promise<CheckFinding> {
  const parts = /^(?<tech>[A-Za-z0-9]+)\/(?:[^@]*@)?(?<resource>[^/@]+)$/.exec(dial)?.groups;
  const tech = parts?.['tech'];
  const resource = parts?.['resource'];
  if (tech === undefined || resource === undefined || tech === 'Local') {
    return fine(what, `${dial} is no endpoint that can be looked up: not checked`);
  }
  const endpoint = await found<Endpoint>(async () => ari.endpoints.get({ tech, resource }));
  if (endpoint === null) {
    const text = `Asterisk knows no endpoint ${tech}/${resource}`;
    return wrong(what, text, tech === 'PJSIP' ? additions.endpoint(resource, kind) : []);
  }
  if (endpoint.state !== 'offline') return fine(what, `${tech}/${resource} is there`);
  return kind === 'phone'
    ? wrong(what, `${tech}/${resource} exists, but no phone is registered there now`)
    : wrong(what, `${tech}/${resource} exists, but its other end does not answer`);
}

/** The thing; null when Asterisk has none of that name. */
async function found<Thing>(ask: () => Promise<Thing>): Promise<Thing | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AriRefusal && error.status === 404) return null;
    throw error;
  }
}
