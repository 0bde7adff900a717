declare const brand: unique symbol;

/** A string that names one kind of thing; two kinds are never mixed up. */
export type Id<Kind extends string> = string & { readonly [brand]: Kind };

export type TenantId = Id<'tenant'>;
export type PbxId = Id<'pbx'>;
export type RouteId = Id<'route'>;
export type QueueId = Id<'queue'>;
export type LineId = Id<'line'>;
export type AgentId = Id<'agent'>;
export type InteractionId = Id<'interaction'>;
export type CallbackId = Id<'callback'>;
export type OfferId = Id<'offer'>;
export type AttemptId = Id<'attempt'>;
export type TicketId = Id<'ticket'>;
/** One phone channel on a PBX. Legs that we place carry the id of their offer or attempt. */
export type LegId = Id<'leg'>;
/** One running Ringback process. */
export type NodeId = Id<'node'>;

/** Mints an id from text that is known to name that kind of thing: a fresh UUID, a column of our own, a PBX's channel id. */
export function id<Kind extends string>(text: string): Id<Kind> {
  return text as Id<Kind>; // The one place where a plain string becomes an id.
}

/** The tenant that every installation has. */
export const DEFAULT_TENANT: TenantId = id('00000000-0000-0000-0000-000000000001');
