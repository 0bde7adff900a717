import { explainCaller } from '../contract/callers.ts';
import { phoneNumber } from '../core/numbers/number.ts';
import { id } from '../core/prelude/ids.ts';
import type { ServerDeps } from './deps.ts';
import { shownReason } from './reasons.ts';
import { type Api, refuse, reply, serve } from './serve.ts';

/** Explaining what a caller is offered. */
export function registerCallerRoutes(api: Api, { operations, shownTenant }: ServerDeps): void {
  serve(api, explainCaller, async ({ params }) => {
    const number = phoneNumber(params.caller);
    const caller =
      number === null ? { interactionId: id<'interaction'>(params.caller) } : { number };
    const explained = await operations.explainCaller(await shownTenant(), caller);
    if (!explained.ok) return refuse(explained.refusal);
    const { reasons, ...rest } = explained.value;
    return reply(200, { ...rest, reasons: reasons.map(shownReason) });
  });
}
