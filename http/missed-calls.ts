import { reportMissedCall } from '../contract/missed-calls.ts';
import { epochMs } from '../core/prelude/time.ts';
import { checkedNumber, optionalNumber } from './configuration-values.ts';
import type { ServerDeps } from './deps.ts';
import { type Api, refuse, reply, serve } from './serve.ts';

/** Calls that other systems have missed. */
export function registerMissedCallRoutes(api: Api, { operations, shownTenant }: ServerDeps): void {
  serve(api, reportMissedCall, async ({ body }) => {
    const told = await operations.reportMissedCall(await shownTenant(), {
      externalId: body.id,
      number: body.number === null ? null : checkedNumber(body.number),
      dialledNumber: optionalNumber(body.dialled),
      queueName: body.queue ?? null,
      calledAt: epochMs(Date.parse(body.at)),
      why: body.why ?? null,
    });
    if (!told.ok) return refuse(told.refusal);
    const { callbackId, obstacle, isRepeated } = told.value;
    return reply(200, {
      outcome: obstacle === null ? ('followed-up' as const) : ('ignored' as const),
      callbackId,
      reason: obstacle,
      repeated: isRepeated,
    });
  });
}
