import type { Speech } from '../calls/speech.ts';
import type { PhoneNumber } from '../numbers/number.ts';
import type { AttemptId, LegId, OfferId } from '../prelude/ids.ts';

/**
 * What the PBX must be told as the consequence of a decision. Commands of one interaction are numbered and carried out
 * in order, after the commit. `ring-agent` and `dial-customer` are sent at most once; all others may be repeated.
 */
export type Command =
  | { readonly kind: 'hold'; readonly legId: LegId; readonly queueName: string }
  | {
      readonly kind: 'speak';
      readonly legId: LegId;
      readonly speechId: string;
      readonly speech: readonly Speech[];
    }
  | {
      readonly kind: 'ring-agent';
      readonly offerId: OfferId;
      readonly endpoint: string;
      readonly display: { readonly name: string; readonly number: string };
      readonly ringTimeoutSeconds: number;
    }
  /** Asks for the last check and the dial; what is dialled is decided then, in one transaction. */
  | { readonly kind: 'dial-customer'; readonly attemptId: AttemptId }
  | {
      readonly kind: 'bridge';
      readonly bridgeId: string;
      readonly legIds: readonly [LegId, LegId];
    }
  | { readonly kind: 'hang-up'; readonly legId: LegId; readonly saying: readonly Speech[] };

/** What `dial-customer` turns into once the last check has let it pass. */
export interface CustomerDial {
  readonly attemptId: AttemptId;
  readonly number: PhoneNumber;
  readonly dialPattern: string;
  readonly callerId: string;
  readonly ringTimeoutSeconds: number;
  /** What a minute of it costs, see CallBudget. */
  readonly ratePerMinute: number;
}
