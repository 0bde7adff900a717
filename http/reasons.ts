import type { ReasonView } from '../contract/values.ts';
import type { Reason } from '../core/prelude/reason.ts';
import { momentOrNull } from './moments.ts';

/** A reason as outsiders see it. */
export function shownReason({ code, text, until }: Reason<string>): ReasonView {
  return { code, text, until: momentOrNull(until) };
}
