import { existsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A path of a socket is shorter than this everywhere. */
const PATH_LENGTH_MAX = 100;
const OTHERS_WRITE = 0o002;

/**
 * Where a server for tests has its socket: statements that do little cost a third of what they cost over TCP. Empty where
 * the account of the server could not write there, or where there are no such sockets.
 */
export function socketFolder(): string {
  const folder = tmpdir();
  const isUsable =
    process.platform !== 'win32' &&
    folder.length < PATH_LENGTH_MAX &&
    (statSync(folder).mode & OTHERS_WRITE) !== 0;
  return isUsable ? folder : '';
}

/** The URL of the same database through the socket of its server; the same URL when it has none. */
export function bySocket(url: string): string {
  const short = new URL(url);
  const folder = socketFolder();
  if (folder === '' || !existsSync(join(folder, `.s.PGSQL.${short.port}`))) return url;
  short.searchParams.set('host', folder);
  return short.href;
}
