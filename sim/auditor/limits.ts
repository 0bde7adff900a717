import type { LedgerEntry } from '../../telephony/sandbox/ledger.ts';
import { SHARED_NUMBER } from '../office.ts';
import type { History } from './history.ts';
import type { Witness } from './witness.ts';

/** What the simulated carrier is told to take at once. */
const ROUTE_LINES = 3;
/** The last check commits first, and the call travels then, at most a second later; two clocks tell of it. */
const LATE_MS = 1_500;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** I8: no refused number or opted-out person is called, and no limit or budget is exceeded. */
export function onlyAllowedNumbers(witness: Witness, history: History): readonly string[] {
  const { fresh, live } = witness;
  const called = fresh.filter((leg) => leg.role === 'customer');
  const lines = live.filter((leg) => leg.role === 'customer').length;
  return [
    ...called
      .filter((leg) => !isAllowed(String(leg.party), witness))
      .map((leg) => `${String(leg.party)} must not be called`),
    ...called
      .filter((leg) => leg.atMs > optedOutMs(leg, witness) + LATE_MS)
      .map((leg) => `${String(leg.party)} was called after opting out`),
    ...called
      .filter((leg) => isCallingUs(leg, witness))
      .map((leg) => `${String(leg.party)} was called while calling us`),
    ...(lines <= ROUTE_LINES ? [] : [`${lines.toString()} calls on a route with fewer lines`]),
    ...called.flatMap((leg) => tooMany(leg, witness)),
    ...called.flatMap((leg) => tooExpensive(leg, witness, history)),
    ...tooManyRequests(witness, history),
  ];
}

/** Stop switches: while dialling is stopped nobody is called, while requests are nothing is promised. */
export function nothingWhileStopped(witness: Witness): readonly string[] {
  const { fresh, agreed, books } = witness;
  const isStopped = (what: string, atMs: number): boolean =>
    agreed.stops.some(
      (stop) =>
        stop.what === what &&
        atMs > stop.fromMs + LATE_MS &&
        atMs < (stop.toMs ?? Number.POSITIVE_INFINITY),
    );
  return [
    ...fresh
      .filter((leg) => leg.role === 'customer' && isStopped('dialling', leg.atMs))
      .map((leg) => `${String(leg.party)} was called while dialling was stopped`),
    ...books.events
      .filter(({ kind, body }) => kind === 'callback.requested' && body['origin'] !== 'ticket')
      .filter((event) => witness.before !== books && isStopped('requests', event.at))
      .map(
        ({ interaction }) => `${String(interaction)} was promised a call while that was stopped`,
      ),
  ];
}

function isAllowed(number: string, { terms: { office } }: Witness): boolean {
  if (number === SHARED_NUMBER || /^\+1202555\d{4}$/.test(number)) return true;
  return number.startsWith('+4930') && office.policy.countries.includes('DE');
}

/** They are on the phone with us by a call of their own, and we knew it. */
function isCallingUs({ party }: LedgerEntry, { live, before, terms }: Witness): boolean {
  const shared: readonly (string | null)[] = terms.office.policy.sharedNumbers;
  const known = new Set(before?.interactions.map(({ leg }) => leg));
  return live.some(
    (own) =>
      own.role === 'caller' &&
      own.party === party &&
      !shared.includes(party) &&
      known.has(own.legId),
  );
}

function optedOutMs({ party }: LedgerEntry, { agreed }: Witness): number {
  return agreed.optOuts.get(String(party)) ?? Number.POSITIVE_INFINITY;
}

function tooMany(leg: LedgerEntry, { ledger, terms }: Witness): readonly string[] {
  const { callerMax, tenantMax } = terms.office.policy.hourly;
  const lately = ledger.filter(
    ({ role, atMs }) =>
      role === 'customer' && atMs > leg.atMs - HOUR_MS + LATE_MS && atMs <= leg.atMs,
  );
  const same = lately.filter(({ party }) => party === leg.party).length;
  return [
    ...(lately.length <= tenantMax ? [] : [`${lately.length.toString()} calls within an hour`]),
    ...(same <= callerMax ? [] : [`${same.toString()} calls to ${String(leg.party)} in an hour`]),
  ];
}

/** The least that the calls until now have cost, with what must be reserved for those under way. */
function tooExpensive(leg: LedgerEntry, witness: Witness, history: History): readonly string[] {
  const { reservedMinutes, dailyMax } = witness.terms.office.policy.budget;
  const spent = witness.ledger
    .filter(({ role, legId }) => role === 'customer' && legId !== leg.legId)
    .reduce((sum, other) => sum + leastMinutes(other, history, reservedMinutes), 0);
  return spent + reservedMinutes <= dailyMax
    ? []
    : [`${String(leg.party)} was called for a budget of ${dailyMax.toString()} that was spent`];
}

function leastMinutes(leg: LedgerEntry, history: History, reservedMinutes: number): number {
  const attempt = history.attempts.get(leg.legId);
  if (attempt?.ends === 0) return reservedMinutes;
  if (attempt?.outcome !== 'connected' && attempt?.outcome !== 'short') return 0;
  const talkedMs = (leg.endedAtMs ?? leg.atMs) - (leg.answeredAtMs ?? leg.atMs);
  return Math.max(1, Math.floor(talkedMs / MINUTE_MS));
}

function tooManyRequests({ books, before, terms }: Witness, history: History): readonly string[] {
  if (books === before) return [];
  const { callbacksPerNumberPerDayMax: dayMax, hourly, sharedNumbers } = terms.office.policy;
  const shared: readonly string[] = sharedNumbers;
  return books.events
    .filter(({ kind }) => kind === 'callback.requested')
    .flatMap(({ at, body }) => {
      const number = books.callbacks.find(({ id }) => id === body['callbackId'])?.number ?? '';
      const same = books.callbacks.filter((other) => other.number === number).length;
      const lately = [...history.callbacks.values()].filter(
        ({ requestedAtMs }) => requestedAtMs > at - HOUR_MS && requestedAtMs <= at,
      ).length;
      return [
        ...(same <= dayMax || shared.includes(number) ? [] : [`${number} has too many requests`]),
        ...(lately <= hourly.tenantMax ? [] : [`${lately.toString()} requests within an hour`]),
      ];
    });
}
