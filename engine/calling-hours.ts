import { WEEKDAYS } from '../core/centre/centre.ts';
import type { PhoneNumber } from '../core/numbers/number.ts';
import type { EpochMs } from '../core/prelude/time.ts';
import { AT_ANY_TIME, type CallbackSettings, type CallingHours } from '../core/queues/settings.ts';
import type { LoadedSituation } from '../store/situations/load.ts';
import { lapsesAt, NO_PAUSES, type Pauses } from './expiry.ts';
import { zonesOfNumber } from './number-zones.ts';
import { type Calendar, closingAfter, type Hours } from './opening-hours.ts';

/** Whose day it is when somebody is called. */
export interface DayFacts {
  /** The queue's own; null: always open. */
  readonly hours: Hours | null;
  readonly callback: CallbackSettings;
  /** The customer's; null when it is not known. */
  readonly number: PhoneNumber | null;
  /** The zone that the customer said they are in. */
  readonly statedZone: string | null;
  readonly tenantZone: string | null;
}

/** The facts of a situation, before and after there is a callback in it. */
export function dayFactsOf({ hours, tenantZone, situation }: LoadedSituation): DayFacts {
  const { callback, interaction, queue } = situation;
  return {
    hours,
    tenantZone,
    callback: queue.callback,
    number: callback?.number ?? interaction.customerNumber,
    statedZone: callback?.statedZone ?? null,
  };
}

/** When the customer may be called: the hours of the queue and the day of the customer, all at once. */
export function callableTimes(facts: DayFacts): Calendar {
  const { hours } = facts;
  return hours === null ? customerDays(facts) : [hours, ...customerDays(facts)];
}

/** The calling hours on the clock of every zone that the customer may be in, and on that of the company. */
function customerDays({ callback, number, statedZone, tenantZone }: DayFacts): Calendar {
  const { from, to } = callback.callingHours;
  if (from === AT_ANY_TIME.from && to === AT_ANY_TIME.to) return [];
  const zones = [statedZone, tenantZone, ...(number === null ? [] : zonesOfNumber(number))];
  return [...new Set(zones)].flatMap((zone) =>
    zone === null ? [] : [everyDay(zone, callback.callingHours)],
  );
}

function everyDay(timeZone: string, { from, to }: CallingHours): Hours {
  return { timeZone, weekly: [{ days: WEEKDAYS, from, to }], holidays: [] };
}

/**
 * When a promise lapses that entered the line at `enteredAt` and has not been dialled: after so much time in which the
 * customer could have been called and dialling was not stopped, and with closing `ticket` when the queue closes, if that comes first.
 */
export function lapseOf(facts: DayFacts, enteredAt: EpochMs, pauses: Pauses = NO_PAUSES): EpochMs {
  const { hours, callback } = facts;
  const lapse = lapsesAt(callableTimes(facts), enteredAt, callback.expiresAfterSeconds, pauses);
  if (callback.closing === 'carry' || hours === null) return lapse;
  const closing = closingAfter(hours, enteredAt);
  return closing !== null && closing < lapse ? closing : lapse;
}
