import type { ChosenTime } from '../../core/interactions/situation.ts';
import type { EpochMs } from '../../core/prelude/time.ts';

/** The columns of a callback that hold the time agreed with the customer. */
export interface ChosenTimeColumns {
  readonly chosen_at: EpochMs | null;
  readonly chosen_wall_time: string | null;
  readonly chosen_time_zone: string | null;
}

/** The time as it was understood and as it was said. */
export function chosenTimeOf(row: ChosenTimeColumns): ChosenTime | null {
  const { chosen_at: at, chosen_wall_time: time, chosen_time_zone: timeZone } = row;
  if (at === null) return null;
  return { at, wall: time === null || timeZone === null ? null : { time, timeZone } };
}
