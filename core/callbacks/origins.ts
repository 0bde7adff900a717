/**
 * How a callback came to be.
 * - `queue-offer`: a waiting caller chose it
 * - `abandoned`: the caller left our queue before anyone answered
 * - `missed`: another system told us of a call that nobody answered
 * - `scheduled`: it was asked for at a time
 */
export const CALLBACK_ORIGINS = ['queue-offer', 'abandoned', 'missed', 'scheduled'] as const;
export type CallbackOrigin = (typeof CALLBACK_ORIGINS)[number];
