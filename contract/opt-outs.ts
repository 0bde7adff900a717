import { z } from 'zod';
import { route } from './route.ts';
import { e164, moment, nextCursor, page } from './values.ts';

/** Somebody who does not want to be called. */
export const optOutView = z
  .object({
    number: e164,
    addedAt: moment.meta({ description: 'Since when the number is on the list.' }),
  })
  .meta({ id: 'OptOut', description: 'Somebody who does not want to be called.' });
export type OptOutView = z.output<typeof optOutView>;

const params = z.object({
  number: e164.meta({ description: 'In E.164; its plus is written %2B in an address.' }),
});

/** The list of those who do not want to be called. */
export const listOptOuts = route({
  name: 'listOptOuts',
  method: 'GET',
  path: '/api/v1/opt-outs',
  summary: 'List the numbers that are not called because somebody asked for it',
  tag: 'opt-outs',
  query: z.strictObject(page),
  replies: { 200: z.object({ items: z.array(optOutView), nextCursor }) },
  refusals: [],
});

/** Puts a number on the list, effective at once, also for callbacks that wait already. */
export const addOptOut = route({
  name: 'addOptOut',
  method: 'PUT',
  path: '/api/v1/opt-outs/:number',
  summary: 'Never call a number again, not even for a callback that waits already',
  tag: 'opt-outs',
  params,
  replies: { 200: optOutView },
  refusals: [],
});

/** Takes a number off the list. */
export const removeOptOut = route({
  name: 'removeOptOut',
  method: 'DELETE',
  path: '/api/v1/opt-outs/:number',
  summary: 'Allow calls to a number again',
  tag: 'opt-outs',
  params,
  replies: { 200: z.object({ number: e164 }) },
  refusals: ['OPT_OUT_UNKNOWN'],
});
