import { z } from 'zod';
import type { Refused } from '../contract/problem.ts';
import type { RefusalCode } from '../contract/refusals.ts';
import { DatabaseUnavailable } from '../store/database.ts';
import { RequestMistakes } from './request-reading.ts';

/** Where the server tells what its operator should know. Messages are fixed sentences; what varies is in the fields. */
export interface ServerLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Codes of the framework and of Node's HTTP parser, in our words. */
const KNOWN: Readonly<Record<string, RefusalCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'BODY_UNREADABLE',
  FST_ERR_CTP_INVALID_JSON_BODY: 'BODY_UNREADABLE',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BODY_UNREADABLE',
  HPE_HEADER_OVERFLOW: 'ADDRESS_TOO_LONG',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

const clientError = z.object({ statusCode: z.int().min(400).max(499) });
const codedError = z.object({ code: z.string() });

/**
 * What the asker is told about an error. What is not the asker's doing goes to the log, with the stack that the asker
 * never sees.
 * @param route The method and pattern that were asked; never the address itself, which may hold a phone number.
 */
export function refusedFor(error: unknown, route: string, log: ServerLog): Refused {
  if (error instanceof RequestMistakes) return error.refused();
  const code = codedError.safeParse(error).data?.code;
  const known = code === undefined || !Object.hasOwn(KNOWN, code) ? undefined : KNOWN[code];
  if (known !== undefined) return { code: known };
  if (error instanceof SyntaxError && clientError.safeParse(error).success) {
    return { code: 'BODY_UNREADABLE' };
  }
  if (error instanceof DatabaseUnavailable) {
    log.warn({ err: error, route }, 'a request failed because the database cannot be reached');
    return { code: 'DATABASE_UNAVAILABLE' };
  }
  if (clientError.safeParse(error).success) {
    return { code: 'REQUEST_INVALID', detail: 'The request could not be understood.' };
  }
  log.error({ err: error, route }, 'a request failed unexpectedly');
  return { code: 'UNEXPECTED' };
}
