import { AriRefusal, sendOver } from './answers.ts';
import * as additions from './check-additions.ts';
import { type CheckFinding, fine, wrong } from './check-finding.ts';
import { endpointFindings, promptFindings } from './check-parts.ts';
import { Probe } from './check-probe.ts';
import { complaintOf } from './complaint.ts';
import { type Ari, ariClient } from './generated/ari.ts';
import { httpWire } from './http-wire.ts';
import { OLDEST_MAJOR, VERIFIED_MAJOR, versionOf } from './profile.ts';
import {
  type AsteriskSettings,
  AsteriskSettingsError,
  type AsteriskTarget,
  type AsteriskWorld,
  targetOf,
} from './settings.ts';
import { SocketWire } from './socket-wire.ts';

/** What a PBX is to be ready for. */
export interface CheckRequest {
  readonly settings: AsteriskSettings;
  /** Outbound routes with their dial patterns: `PJSIP/{number}@carrier`. */
  readonly routes: readonly { readonly name: string; readonly dial: string }[];
  /** Agents' phones: `PJSIP/agent1`. */
  readonly endpoints: readonly string[];
}

/**
 * Looks at a PBX from Ringback's side, without a call and without disturbing a Ringback that is connected: it registers
 * an application of its own. Nothing throws: what goes wrong is a finding, and what cannot be looked at then is left out.
 */
export async function checkAsterisk(
  request: CheckRequest,
  world: AsteriskWorld,
): Promise<readonly CheckFinding[]> {
  let target: AsteriskTarget;
  try {
    target = targetOf(request.settings);
  } catch (error) {
    if (!(error instanceof AsteriskSettingsError)) throw error;
    return [{ what: 'address', ok: false, text: error.message, additions: [] }];
  }
  const findings: CheckFinding[] = [];
  const http = httpWire(target);
  try {
    await look(request, { target, world, ari: ariClient(sendOver(http.carry)), findings });
  } catch (error) {
    findings.push({
      what: 'connection',
      ok: false,
      text: complaintOf(error, target),
      additions: additions.connection(target, error),
    });
  } finally {
    http.close();
  }
  return findings;
}

interface Look {
  readonly target: AsteriskTarget;
  readonly world: AsteriskWorld;
  readonly ari: Ari;
  readonly findings: CheckFinding[];
}

async function look(request: CheckRequest, { target, world, ari, findings }: Look): Promise<void> {
  const { system } = await ari.asterisk.getInfo({});
  const version = system?.version ?? 'without a version';
  findings.push(fine('address and password', `Asterisk ${version} answers at ${target.baseUrl}`));
  findings.push(versionFinding(version));
  const application = `${target.application}-check`;
  const socket = await SocketWire.open({ ...target, application }, world.timers, {
    onMessage: () => undefined,
    onClosed: () => undefined,
  });
  try {
    findings.push(fine('WebSocket', 'it opens, and an application can be registered'));
    const right = await writeFinding(ari, application);
    findings.push(right);
    if (right.ok) findings.push(...(await probed(ari, target, application)));
    findings.push(...(await promptFindings(ari)));
    findings.push(...(await endpointFindings(ari, request)));
  } finally {
    socket.end('the check is done');
  }
}

function versionFinding(text: string): CheckFinding {
  const what = 'version';
  const version = versionOf(text);
  if (version === null) return fine(what, `${text} has no number; ${verified()}`);
  if (version.major >= OLDEST_MAJOR) return fine(what, `${text} is supported; ${verified()}`);
  const oldest = OLDEST_MAJOR.toString();
  return wrong(what, `${text} is too old: Ringback needs Asterisk ${oldest} or later`);
}

function verified(): string {
  return `everything is verified on Asterisk ${VERIFIED_MAJOR.toString()}`;
}

/** A user that may only read sees every call and can do nothing for it. */
async function writeFinding(ari: Ari, applicationName: string): Promise<CheckFinding> {
  const what = 'right to write';
  try {
    await ari.applications.filter({ applicationName, filter: { disallowed: [] } });
    return fine(what, 'the user may place and change calls');
  } catch (error) {
    if (!(error instanceof AriRefusal && error.status === 403)) throw error;
    return wrong(what, 'the user may only read', additions.writing());
  }
}

/** What only a channel can be asked: dialplan and configuration files. */
async function probed(
  ari: Ari,
  target: AsteriskTarget,
  application: string,
): Promise<readonly CheckFinding[]> {
  const probe = await Probe.open(ari, application);
  try {
    return [
      await dialplanFinding(probe),
      ...(await applicationFinding(probe, target)),
      await timeoutFinding(probe),
      await musicFinding(probe, target),
    ];
  } finally {
    await probe.close();
  }
}

async function dialplanFinding(probe: Probe): Promise<CheckFinding> {
  const what = 'dialplan';
  if (await probe.hasExtension('ringback-version', additions.DIALPLAN_VERSION)) {
    return fine(what, `ringback.conf is loaded, version ${additions.DIALPLAN_VERSION}`);
  }
  const text = (await probe.hasExtension('ringback-inbound', '+12025550100'))
    ? 'an old version of ringback.conf is loaded: copy the one of this Ringback, then run `asterisk -rx "dialplan reload"`'
    : 'ringback.conf is not loaded: callers cannot reach Ringback, and customers would hear nothing if it is away';
  return wrong(what, text, additions.dialplan());
}

/** The dialplan must call us by the name under which we connect. */
async function applicationFinding(
  probe: Probe,
  { application }: AsteriskTarget,
): Promise<readonly CheckFinding[]> {
  const named = (await probe.value('GLOBAL(RINGBACK_APP)')) ?? '';
  const called = named === '' ? 'ringback' : named;
  if (called === application) return [];
  const text = `the dialplan hands calls to the application ${called}, but Ringback connects as ${application}`;
  return [wrong('application name', text, additions.application(application))];
}

/** Below this a Ringback that is busy for a moment loses its connection, and with it the events of the gap. */
const WRITE_TIMEOUT_MS_MIN = 1_000;
const WRITE_TIMEOUT_MS_DEFAULT = 100;

async function timeoutFinding(probe: Probe): Promise<CheckFinding> {
  const what = 'WebSocket patience';
  const told = await probe.value('AST_CONFIG(ari.conf,general,websocket_write_timeout)');
  const timeoutMs = told === null ? WRITE_TIMEOUT_MS_DEFAULT : Number(told);
  const text = `websocket_write_timeout is ${timeoutMs.toString()} ms`;
  if (timeoutMs >= WRITE_TIMEOUT_MS_MIN) return fine(what, text);
  return wrong(
    what,
    `${text}: a short pause of ours would cost the connection`,
    additions.patience(),
  );
}

async function musicFinding(probe: Probe, { musicClass }: AsteriskTarget): Promise<CheckFinding> {
  const what = 'music on hold';
  const mode = await probe.value(`AST_CONFIG(musiconhold.conf,${musicClass},mode)`);
  if (mode !== null && mode !== '') return fine(what, `the class ${musicClass} exists`);
  const text = `musiconhold.conf has no class ${musicClass}: whoever waits would hear silence`;
  return wrong(what, text, additions.music(musicClass));
}
