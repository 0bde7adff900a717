/**
 * How a leg ended, in our words. A driver turns its PBX's dial status, Q.850 cause and SIP status into one of these;
 * nothing above a driver knows those codes.
 *
 * - `hung-up`: the far side ended an answered call.
 * - `dropped`: the network lost an answered call; nobody hung up.
 * - `cancelled`: Ringback ended it.
 * - `no-answer`: it rang and nobody answered in time.
 * - `busy`, `rejected`: the far side said so.
 * - `invalid-number`: the network says that the number does not exist.
 * - `congestion`: no line, no circuit, or the network failed.
 * - `unreachable`: the phone is not there (not registered, switched off).
 * - `forwarded`: the phone sent the call elsewhere; for an agent that is no acceptance.
 * - `pbx-lost`: the PBX restarted or died and took the leg with it.
 * - `vanished`: the leg is gone and nobody saw how.
 */
export type LegEnding =
  | 'hung-up'
  | 'dropped'
  | 'cancelled'
  | 'no-answer'
  | 'busy'
  | 'rejected'
  | 'invalid-number'
  | 'congestion'
  | 'unreachable'
  | 'forwarded'
  | 'pbx-lost'
  | 'vanished';

/** What an agent's phone can tell about itself. `unknown` counts as free: a PBX need not report devices. */
export type DeviceState = 'idle' | 'busy' | 'unreachable' | 'unknown';
