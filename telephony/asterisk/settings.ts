import type { Timers } from '../../core/prelude/timers.ts';

/** How to reach one Asterisk. */
export interface AsteriskSettings {
  /** Where its HTTP server listens, with the `prefix` of http.conf if it has one: `http://127.0.0.1:8088`. */
  readonly url: string;
  /** The user of ari.conf, who may write (`read_only=no`). */
  readonly username: string;
  readonly password: string;
  /** Name of our Stasis application; `ringback` unless told otherwise. The dialplan must name the same one. */
  readonly application?: string;
  /** Music class of musiconhold.conf for those who wait; `default` unless told otherwise. */
  readonly musicClass?: string;
  /**
   * False sends requests over HTTP although the WebSocket could carry them: for a proxy in between that lets only small
   * messages through. Left out, the version of Asterisk decides.
   */
  readonly restOverSocket?: boolean;
  /** Lets the password and the calls travel in clear over a network. Loopback needs no permission. */
  readonly allowInsecure?: boolean;
}

/** What the driver takes from outside, so that tests own time and chance. */
export interface AsteriskWorld {
  readonly timers: Timers;
  readonly log: AsteriskLog;
  /** A number from 0 to just below 1: spreads the reconnects of many nodes. */
  readonly random: () => number;
  /**
   * Asked before every connect. False: another node holds this PBX, and connecting would take its events from it, for
   * Asterisk gives them to whoever connected last.
   */
  readonly mayConnect: () => Promise<boolean>;
}

/** Where the driver tells what it does. Messages are fixed sentences; what varies is in the fields, and never a number of a person. */
export interface AsteriskLog {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** Settings with every default put in. */
export interface AsteriskTarget {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
  readonly application: string;
  readonly musicClass: string;
  readonly restOverSocket: boolean;
}

/** The settings cannot be used as they are. `message` tells an operator what to change. */
export class AsteriskSettingsError extends Error {
  override readonly name = 'AsteriskSettingsError';
}

const APPLICATION = /^[A-Za-z0-9_-]{1,40}$/;

/** Checks the settings and puts the defaults in. @throws AsteriskSettingsError */
export function targetOf(settings: AsteriskSettings): AsteriskTarget {
  const application = settings.application ?? 'ringback';
  if (!APPLICATION.test(application)) {
    throw new AsteriskSettingsError(
      'the application name may hold letters, digits, - and _ only, and at most 40 of them',
    );
  }
  return {
    baseUrl: baseUrlOf(settings),
    username: settings.username,
    password: settings.password,
    application,
    musicClass: settings.musicClass ?? 'default',
    restOverSocket: settings.restOverSocket ?? true,
  };
}

function baseUrlOf({ url, allowInsecure }: AsteriskSettings): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new AsteriskSettingsError(
      'the url of an Asterisk begins with http:// or https://, for example http://127.0.0.1:8088',
    );
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new AsteriskSettingsError(
      'user name and password have settings of their own: take them out of the url',
    );
  }
  if (parsed.protocol === 'http:' && !isLoopback(parsed.hostname) && allowInsecure !== true) {
    throw new AsteriskSettingsError(
      `${parsed.origin} is reached over a network without encryption: use https (http.conf: tlsenable=yes), or set allowInsecure: true`,
    );
  }
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
}

/** Numbers of 127.0.0.0/8 and ::1 (RFC 6890), and the name that resolves to them (RFC 6761 section 6.3). */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
