import type { LegEnding } from '../../core/calls/endings.ts';
import { DriverInDoubt, DriverRefusal, type OriginateCommand } from '../driver.ts';
import { AriRefusal } from './answers.ts';
import type { DriverParts } from './driver-parts.ts';
import type { Ari } from './generated/ari.ts';
import { AriShapeError } from './generated/ari.ts';
import { type Leg, newLeg } from './legs.ts';

/** Where customers arrive when they answer: `dialplan/ringback.conf`. */
const CUSTOMER_CONTEXT = 'ringback-customer';

/**
 * A phone that answers "call somebody else" (SIP 302) would have Asterisk dial that in the phone's own context: out into
 * the network, at our cost, or back to our own numbers. It is led to a context that only hangs up.
 */
const NOT_FORWARDED = { FORWARD_CONTEXT: 'ringback-forwarded' };

/**
 * Places a call, once. The leg is known before the request leaves, since its first events may come before the answer.
 * Asterisk answers before it dials: that all went well says only that it will try.
 * @throws DriverRefusal it has not dialled and will not
 * @throws DriverInDoubt it may have
 */
export async function originate(parts: DriverParts, command: OriginateCommand): Promise<void> {
  const ari = parts.ari();
  const { legs, names, world } = parts;
  if (legs.get(command.legId) !== undefined) {
    throw new DriverRefusal('a leg with this id lives');
  }
  const channelId = names.channel(command.role, command.legId);
  const leg = newLeg({ legId: command.legId, role: command.role, channelId, arrived: null });
  leg.ringsUntilMs = world.timers.monotonicMs() + command.ringTimeoutSeconds * 1000;
  legs.add(leg);
  try {
    if (command.role === 'agent') await dialAgent(ari, parts, { leg, command });
    else await dialCustomer(ari, parts, { leg, command });
  } catch (error) {
    if (error instanceof AriShapeError) return; // It answered 200: the call is being placed.
    if (error instanceof AriRefusal) {
      legs.forget(leg);
      throw new DriverRefusal(error.message, refusedAs(error.status, command));
    }
    throw error;
  }
}

interface Call {
  readonly leg: Leg;
  readonly command: OriginateCommand;
}

/** An agent's phone leads straight into the application: nobody but us is there for them. */
async function dialAgent(ari: Ari, { names }: DriverParts, { leg, command }: Call): Promise<void> {
  await ari.channels.originateWithId({
    ...commonOf({ leg, command }),
    app: names.application,
    appArgs: `agent,${leg.legId}`,
    variables: NOT_FORWARDED,
  });
}

/**
 * A customer is led into the dialplan, which hands them to us, or speaks when we are away. Asterisk tells nothing of
 * such a channel before that unless we subscribe to it, so that is asked for in the same breath.
 */
async function dialCustomer(ari: Ari, parts: DriverParts, { leg, command }: Call): Promise<void> {
  const placing = ari.channels.originateWithId({
    ...commonOf({ leg, command }),
    context: CUSTOMER_CONTEXT,
    extension: 's',
    priority: 1,
    variables: { ...NOT_FORWARDED, RINGBACK_LEG: leg.legId, RINGBACK_APP: parts.names.application },
  });
  const subscribing = subscribe(ari, parts, { leg, after: parts.keepsOrder() ? null : placing });
  const [placed, subscribed] = await Promise.allSettled([placing, subscribing]);
  if (placed.status === 'rejected') throw placed.reason;
  if (subscribed.status === 'rejected') unseen(parts, leg, subscribed.reason);
}

async function subscribe(
  ari: Ari,
  { names }: DriverParts,
  { leg, after }: { readonly leg: Leg; readonly after: Promise<unknown> | null },
): Promise<void> {
  if (after !== null) await after;
  const eventSource = [`channel:${leg.channelId}`];
  await ari.applications.subscribe({ applicationName: names.application, eventSource });
}

/** The call was placed, and the subscription failed. */
function unseen(parts: DriverParts, leg: Leg, reason: unknown): void {
  if (reason instanceof DriverInDoubt) throw reason;
  if (!(reason instanceof AriRefusal)) return; // An answer of an unexpected shape is one.
  if (parts.legs.get(leg.legId) !== leg || leg.isUp) return; // Its end or its answer came first.
  // The channel died between the two requests: a failure of the PBX's own, nothing can have rung.
  parts.legs.end(leg);
  parts.emit({ kind: 'leg-ended', legId: leg.legId, ending: 'congestion' });
}

function commonOf({ leg, command }: Call): {
  channelId: string;
  endpoint: string;
  callerId: string;
  timeout: number;
} {
  const { name, number } = command.callerId;
  return {
    channelId: leg.channelId,
    endpoint: command.to,
    // Both parts were checked to hold neither quotes nor brackets.
    callerId: name === '' ? `<${number}>` : `"${name}" <${number}>`,
    timeout: command.ringTimeoutSeconds,
  };
}

/**
 * 409: the id is taken. 500, `Allocation failed`: no channel could be made, for a phone that is not registered, an
 * endpoint that does not exist, or a trunk that is down. Asterisk does not say which.
 */
function refusedAs(status: number, { role }: OriginateCommand): LegEnding {
  return status === 500 && role === 'agent' ? 'unreachable' : 'congestion';
}
