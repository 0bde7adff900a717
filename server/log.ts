import { pino } from 'pino';
import type { Log } from '../core/prelude/log.ts';

/** Fields that may hold what belongs to a person, or a secret. */
const REDACTED = ['password', '*.password', '["pii.number"]', '["pii.dialled"]', '["pii.caller"]'];

/**
 * The log of this node: a line of JSON each, on standard error, so that standard output stays for people.
 * Numbers of persons are replaced before they leave the process.
 */
export function openLog(level: 'debug' | 'info' | 'warn'): Log {
  return pino(
    { level, base: null, redact: { paths: REDACTED, censor: '[hidden]' } },
    pino.destination({ dest: 2, sync: true }),
  );
}
