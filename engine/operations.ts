import type { Presence } from '../core/agents/agent.ts';
import type { Explanation } from '../core/callbacks/explain.ts';
import type { AttemptOutcome } from '../core/callbacks/states.ts';
import type { AgentId, CallbackId, TenantId } from '../core/prelude/ids.ts';
import type { Outcome } from '../core/prelude/refusal.ts';
import type { TicketChange } from '../core/tickets/ticket.ts';
import type { RequestKey } from '../store/requests/idempotency.ts';
import type { CallerName, ExplainedCaller } from './explaining.ts';
import type { MissedOutcome, MissedReport } from './missed-calls.ts';
import type { CallbackRequest } from './request-judging.ts';
import type { RequestsOutcome } from './requests.ts';
import type { StopErrand } from './stops.ts';
import type { CalledAgain, TicketErrand } from './tickets.ts';

/** What people and programs can ask of a running centre; every operation is one transaction. */
export interface Operations {
  /** Ends a callback that is not being dialled yet. */
  cancelCallback(tenantId: TenantId, callbackId: CallbackId): Promise<Outcome<null>>;
  /** Resumes or closes a callback that was set aside, or has one called next; the name of who asks is recorded. */
  superviseCallback(
    tenantId: TenantId,
    callbackId: CallbackId,
    word: SupervisorWord,
  ): Promise<Outcome<null>>;
  /** Says how the current or just finished conversation really went; overrides its duration. */
  noteOutcome(
    tenantId: TenantId,
    callbackId: CallbackId,
    outcome: NotableOutcome,
  ): Promise<Outcome<null>>;
  /** Why a callback has not been dialled yet and when that may change. */
  explainCallback(tenantId: TenantId, callbackId: CallbackId): Promise<Outcome<Explanation>>;
  /** Whether a caller is offered a callback now, and why. */
  explainCaller(tenantId: TenantId, caller: CallerName): Promise<Outcome<ExplainedCaller>>;
  /** Changes what an agent wants to be; `available` also ends wrap-up. */
  setPresence(tenantId: TenantId, agentId: AgentId, presence: Presence): Promise<Outcome<null>>;
  /** Turns a stop switch on. */
  stopWork(errand: StopErrand): Promise<Outcome<null>>;
  /** Turns a stop switch off. */
  resumeWork(errand: StopErrand): Promise<Outcome<null>>;
  /** Works on a ticket. */
  changeTicket(errand: TicketErrand, change: TicketChange): Promise<Outcome<null>>;
  /** Promises the customer of a ticket another call. */
  callAgain(errand: TicketErrand): Promise<Outcome<CalledAgain>>;
  /** Follows up a call that another system has missed, as its rule says, or says why not. */
  reportMissedCall(tenantId: TenantId, report: MissedReport): Promise<Outcome<MissedOutcome>>;
  /**
   * Callbacks for people who are not on the phone with us; all are begun, or none.
   * @param key under which the same request again gives the same callback, for a day
   */
  requestCallbacks(
    tenantId: TenantId,
    requests: readonly CallbackRequest[],
    key: RequestKey | null,
  ): Promise<RequestsOutcome>;
  /** The configuration has changed: connections, devices and lines are looked at anew. */
  centreChanged(): Promise<void>;
  /** How this node and its PBX connections are. */
  status(): EngineStatus;
}

/** What a supervisor asks of one callback, and by which name. */
export interface SupervisorWord {
  readonly kind: 'resume-asked' | 'close-asked' | 'next-asked';
  readonly by: string;
}

/** What an agent may note; everything else the phone tells by itself. */
export const NOTABLE_OUTCOMES = [
  'connected',
  'voicemail',
] as const satisfies readonly AttemptOutcome[];
export type NotableOutcome = (typeof NOTABLE_OUTCOMES)[number];

/** A look at the running engine for `/readyz`, `/metrics` and `ringback status`. */
export interface EngineStatus {
  readonly node: string;
  readonly pbxs: readonly PbxStatus[];
}

/** One PBX as this node sees it. */
export interface PbxStatus {
  readonly name: string;
  /** `elsewhere`: another node owns the connection. */
  readonly state: 'connecting' | 'reconciling' | 'ready' | 'elsewhere' | 'failed';
  /** Why it is not ready, in words; null when it is. */
  readonly problem: string | null;
}
