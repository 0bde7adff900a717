import type { Refused } from '../contract/problem.ts';

/** What of a request decides whether it is let in. */
export interface Knock {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Why a request is not let in; null when it is. There are no accounts yet: whoever can speak to the server may do
 * everything, and a browser on this machine can speak to it. So a foreign web page must neither reach us under a name of
 * its own that it points to 127.0.0.1 (DNS rebinding: its Host gives it away), nor post to us (its Origin does).
 */
export function refusalAtTheDoor(knock: Knock, publicUrl: string): Refused | null {
  const { method, host, origin } = knock;
  if (host === undefined || !isOurHost(host, publicUrl)) {
    const detail = `Ringback is not asked by this name. Use its loopback address or ${publicUrl}.`;
    return { code: 'HOST_REFUSED', detail };
  }
  if (SAFE_METHODS.has(method) || origin === undefined || isOurOrigin(origin, host, publicUrl)) {
    return null;
  }
  return {
    code: 'ORIGIN_REFUSED',
    detail: 'The page that sends this request is not one of Ringback.',
  };
}

/** True for a loopback name and the name of the public URL, with any port: rebinding is about names. */
function isOurHost(host: string, publicUrl: string): boolean {
  const name = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase();
  if (name === undefined) return false;
  return (
    name === 'localhost' ||
    name === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/.test(name) ||
    name === new URL(publicUrl).hostname
  );
}

/** Ours is the page that came from the very address that is asked now, or from the public URL. */
function isOurOrigin(origin: string, host: string, publicUrl: string): boolean {
  if (!URL.canParse(origin)) return false; // Such as `null`, which sandboxed pages send.
  return origin === new URL(publicUrl).origin || new URL(origin).host === host.toLowerCase();
}
