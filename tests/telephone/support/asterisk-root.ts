import { missingPrograms } from '../../../practice-pbx/machine.ts';

/** Whether telephone tests can run on this machine. */
export type Telephony =
  | { readonly available: true }
  | { readonly available: false; readonly reason: string };

/** Looks for what telephone tests need; a tree that is built already makes mmdebstrap unnecessary. */
export function telephonyAvailable(): Telephony {
  if (process.platform !== 'linux') {
    return { available: false, reason: 'Asterisk runs on Linux only' };
  }
  if (process.getuid?.() !== 0) {
    return { available: false, reason: 'chroot and mounts need the root user' };
  }
  const missing = missingPrograms(['sipp']);
  if (missing.length > 0) {
    return { available: false, reason: `not installed: ${missing.join(', ')}` };
  }
  return { available: true };
}

/**
 * For `describe.skipIf(!telephonyReady())`: says loudly why telephone tests are skipped.
 * @throws Error in continuous integration (CI is set), where a skipped telephone test would be a lie.
 */
export function telephonyReady(): boolean {
  const telephony = telephonyAvailable();
  if (telephony.available) return true;
  const message = `telephone tests cannot run: ${telephony.reason}`;
  if (process.env['CI'] !== undefined && process.env['CI'] !== 'false') throw new Error(message);
  process.stderr.write(`\n*** SKIPPED: ${message} ***\n\n`);
  return false;
}
