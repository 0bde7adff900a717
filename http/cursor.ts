import { z } from 'zod';
import type { Refused } from '../contract/problem.ts';
import type { CallbackCursor } from '../store/views/callbacks.ts';

const content = z.tuple([z.iso.datetime({ precision: 6 }), z.guid()]);

/** Where a list goes on, as text that means nothing to outsiders. */
export function writeCursor({ requestedAt, id }: CallbackCursor): string {
  return Buffer.from(JSON.stringify([requestedAt, id])).toString('base64url');
}

/** The cursor that `writeCursor` wrote; undefined for anything else. */
export function readCursor(text: string): CallbackCursor | undefined {
  try {
    const [requestedAt, id] = content.parse(
      JSON.parse(Buffer.from(text, 'base64url').toString('utf8')),
    );
    return { requestedAt, id };
  } catch {
    return undefined; // Neither JSON nor ours: the asker is told so.
  }
}

const CURSOR_MISTAKE = 'no cursor of this list: leave it out to begin anew';
/** Why a cursor that was not ours is refused. */
export const BAD_CURSOR = {
  code: 'REQUEST_INVALID',
  detail: `query.cursor: ${CURSOR_MISTAKE}`,
  mistakes: [{ path: 'query.cursor', message: CURSOR_MISTAKE }],
} as const satisfies Refused;
