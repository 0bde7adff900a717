import { type Act, type PhoneHabit, presses } from '../../telephony/sandbox/habits.ts';
import type { HabitAtCall } from '../../telephony/sandbox/world.ts';
import { type CentreOptions, openSandboxCentre, type SandboxCentre } from './sandbox-centre.ts';
import { picksUp } from './story.ts';

/** The customer of many stories. */
export const ANN = '+12025550001';
/** So that what happens on the phone takes seconds. */
export const SHORT_RING = { ringCustomerSeconds: 5, wrapUpSeconds: 0 };

/** Ann waits for a callback, and the one agent has just become available; her phone does this when it is called. */
export async function annIsCalled(
  habit: HabitAtCall,
  options: CentreOptions = {},
): Promise<SandboxCentre> {
  const opened = await openSandboxCentre({ agents: ['desk-1'], ...options });
  opened.world.phone(ANN, habit);
  opened.world.phone('PJSIP/desk-1', picksUp(1));
  opened.caller(ANN, presses('1', 2));
  await opened.pass(8);
  await opened.setPresence('desk-1', 'available');
  return opened;
}

/** A phone that is answered after a second by somebody who does this. */
export function answers(...acts: readonly Act[]): PhoneHabit {
  return { kind: 'answer', afterSeconds: 1, acts };
}
