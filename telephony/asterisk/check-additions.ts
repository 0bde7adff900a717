import { AriRefusal } from './answers.ts';
import type { AsteriskTarget } from './settings.ts';

/** Lines that are missing, and the file they belong to. */
export interface Addition {
  /** Below Asterisk's configuration folder, mostly /etc/asterisk; or a folder to copy files to. */
  readonly file: string;
  readonly lines: readonly string[];
}

/** The version that stands in dialplan/ringback.conf: raised whenever the driver needs a newer one. */
export const DIALPLAN_VERSION = '1';

/** Asterisk is not there, or does not let us in. */
export function connection(target: AsteriskTarget, error: unknown): readonly Addition[] {
  const status = error instanceof AriRefusal ? error.status : null;
  if (status === 401) return [user(target)];
  return [server(target), { file: 'ari.conf', lines: ['[general]', 'enabled=yes'] }, user(target)];
}

function server({ baseUrl }: AsteriskTarget): Addition {
  const { hostname, port } = new URL(baseUrl);
  const lines = [
    '[general]',
    'enabled=yes',
    `bindaddr=${hostname === 'localhost' ? '127.0.0.1' : hostname.replace(/[[\]]/g, '')}`,
    `bindport=${port === '' ? '8088' : port}`,
  ];
  return { file: 'http.conf', lines };
}

/** The password is named and never shown. */
function user({ username }: AsteriskTarget): Addition {
  const lines = [`[${username}]`, 'type=user', 'read_only=no', 'password=(the one Ringback has)'];
  return { file: 'ari.conf', lines };
}

export function writing(): readonly Addition[] {
  return [{ file: 'ari.conf', lines: ['read_only=no'] }];
}

export function dialplan(): readonly Addition[] {
  return [
    { file: 'extensions.conf', lines: ['#include "ringback.conf"'] },
    {
      file: 'extensions.conf, in the context of your trunk',
      lines: ['exten => _+X.,1,Goto(ringback-inbound,${EXTEN},1)'],
    },
  ];
}

export function application(name: string): readonly Addition[] {
  return [{ file: 'extensions.conf', lines: ['[globals]', `RINGBACK_APP=${name}`] }];
}

export function patience(): readonly Addition[] {
  return [{ file: 'ari.conf', lines: ['[general]', 'websocket_write_timeout=1000'] }];
}

export function music(musicClass: string): readonly Addition[] {
  return [{ file: 'musiconhold.conf', lines: [`[${musicClass}]`, 'mode=files', 'directory=moh'] }];
}

export function prompts(names: readonly string[]): readonly Addition[] {
  const lines = names.map((name) => `${name.replace('ringback/', '')}.wav`);
  return [{ file: 'the folder ringback below the sounds folder of your language', lines }];
}

/** A trunk or a phone. Its address is the administrator's to know. */
export function endpoint(name: string, kind: 'trunk' | 'phone'): readonly Addition[] {
  const aor = kind === 'trunk' ? ['contact=sip:(address of your carrier)'] : ['max_contacts=1'];
  const lines = [
    `[${name}]`,
    'type=endpoint',
    `context=${kind === 'trunk' ? 'from-trunk' : 'from-phones'}`,
    'disallow=all',
    'allow=alaw,ulaw',
    `aors=${name}`,
    ...(kind === 'phone' ? [`auth=${name}`, 'device_state_busy_at=1'] : []),
    '',
    `[${name}]`,
    'type=aor',
    ...aor,
  ];
  return [{ file: 'pjsip.conf', lines }];
}
