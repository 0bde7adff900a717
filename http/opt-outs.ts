import { addOptOut, listOptOuts, type OptOutView, removeOptOut } from '../contract/opt-outs.ts';
import { type PhoneNumber, phoneNumber } from '../core/numbers/number.ts';
import { present } from '../core/prelude/assert.ts';
import * as list from '../store/numbers/opt-outs.ts';
import { BAD_CURSOR } from './cursor.ts';
import type { ServerDeps } from './deps.ts';
import { moment } from './moments.ts';
import { type Api, refuse, reply, serve } from './serve.ts';

/** The list of those who do not want to be called: looking at it, adding and removing. */
export function registerOptOutRoutes(api: Api, { database, shownTenant }: ServerDeps): void {
  serve(api, listOptOuts, async ({ query: { cursor, limit } }) => {
    const after = cursor === undefined ? null : readCursor(cursor);
    if (cursor !== undefined && after === null) return refuse(BAD_CURSOR);
    const { items, next } = await list.listOptOuts(database, await shownTenant(), { after, limit });
    const nextCursor = next === null ? null : Buffer.from(next).toString('base64url');
    return reply(200, { items: items.map(shownOptOut), nextCursor });
  });

  serve(api, addOptOut, async ({ params }) => {
    const added = await list.addOptOut(database, await shownTenant(), checked(params.number));
    return reply(200, shownOptOut(added));
  });

  serve(api, removeOptOut, async ({ params: { number } }) => {
    const removed = await list.removeOptOut(database, await shownTenant(), checked(number));
    return removed
      ? reply(200, { number })
      : refuse({ code: 'OPT_OUT_UNKNOWN', detail: 'This number is not on the opt-out list.' });
  });
}

function readCursor(text: string): PhoneNumber | null {
  return phoneNumber(Buffer.from(text, 'base64url').toString('utf8'));
}

function checked(text: string): PhoneNumber {
  return present(phoneNumber(text), 'a number that the contract has checked');
}

function shownOptOut({ number, addedAt }: list.OptOut): OptOutView {
  return { number, addedAt: moment(addedAt) };
}
