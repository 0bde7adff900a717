import {
  type AgentId,
  type InteractionId,
  id,
  type LineId,
  type TenantId,
} from '../core/prelude/ids.ts';
import { DatabaseUnavailable, TransactionRetry } from '../store/database.ts';
import {
  availableAgents,
  lockAvailableAgent,
  takeNext,
  unmatchedAgents,
} from '../store/matching/matching.ts';
import { loadSituation } from '../store/situations/load.ts';
import type { EngineDeps } from './deps.ts';
import { lookAtNumber, mayDialNow } from './facts.ts';
import type { Handled, Handling } from './handling.ts';
import { KeyedQueue } from './keyed-queue.ts';

/**
 * Brings available agents and waiting interactions together, always in a transaction of its own after the commit that
 * made one of them available: inside that transaction two simultaneous changes would miss each other.
 */
export class Matching {
  private readonly deps: EngineDeps;
  private readonly handling: Handling;
  private readonly perAgent = new KeyedQueue();
  /** Matches that have not begun: whoever asks for the same one meanwhile is served by it. */
  private readonly waiting = new Map<AgentId, Promise<boolean>>();

  constructor(deps: EngineDeps, handling: Handling) {
    this.deps = deps;
    this.handling = handling;
  }

  /** Gives the agent the best place of their lines, as long as that leaves them available. @throws DatabaseUnavailable */
  async matchAgent(tenantId: TenantId, agentId: AgentId): Promise<boolean> {
    const waiting = this.waiting.get(agentId);
    if (waiting !== undefined) return waiting;
    const match = this.perAgent.run(agentId, async () => {
      this.waiting.delete(agentId);
      for (let offered = false; ; ) {
        const handled = await this.offerNext(tenantId, agentId);
        if (handled === null) return offered;
        if (handled === 'failed') continue;
        this.handling.publish(handled);
        offered = handled.decision.next.offer !== null;
        if (offered) return true;
      }
    });
    this.waiting.set(agentId, match);
    return match;
  }

  /**
   * Finds an agent for somebody who has entered the line. The agent takes their own best place; whoever waits there
   * instead has an agent looked for as well, and whoever becomes available looks for themselves.
   */
  async matchLine(tenantId: TenantId, lineId: LineId): Promise<void> {
    for (const agentId of await availableAgents(this.deps.database, tenantId, lineId)) {
      if (await this.matchAgent(tenantId, agentId)) return;
    }
  }

  /** Repairs what a crash between a commit and its match has left. */
  async sweep(): Promise<void> {
    const nowMs = await this.deps.database.clock();
    for (const { tenantId, agentId } of await unmatchedAgents(this.deps.database, nowMs)) {
      await this.matchAgent(tenantId, agentId);
    }
  }

  /** Resolves when no match is being made. */
  async idle(): Promise<void> {
    await this.perAgent.idle();
  }

  /**
   * Where the best place cannot be handled, the agent passes it over for a while, so that nobody waits behind it (F21):
   * every failure leaves one candidate less.
   */
  private async offerNext(
    tenantId: TenantId,
    agentId: AgentId,
  ): Promise<Handled | 'failed' | null> {
    const tried: { interactionId: InteractionId | null } = { interactionId: null };
    try {
      return await this.offerBest(tenantId, agentId, (interactionId) => {
        tried.interactionId = interactionId;
      });
    } catch (error) {
      const { interactionId } = tried;
      if (interactionId === null || isPassing(error)) throw error;
      const failure = { tenantId, interactionId, agentId, what: 'matched' };
      await this.handling.inTurn(interactionId, async () => this.handling.failed(failure, error));
      return 'failed';
    }
  }

  private async offerBest(
    tenantId: TenantId,
    agentId: AgentId,
    noteTaken: (interactionId: InteractionId) => void,
  ): Promise<Handled | null> {
    return this.deps.database.transaction(async (tx) => {
      const lockedAt = await lockAvailableAgent(tx, tenantId, agentId);
      if (lockedAt === null) return null;
      const interactionId = await takeNext(tx, tenantId, agentId, lockedAt);
      if (interactionId === null) return null;
      noteTaken(interactionId);
      // Agent and interaction are both locked by now.
      const loaded = await loadSituation(tx, tenantId, interactionId);
      const agent = loaded?.situation.agent ?? null;
      if (loaded === null || agent === null) return null;
      const mayDial = mayDialNow(loaded, await lookAtNumber(tx, loaded));
      const offerId = id<'offer'>(this.deps.newId());
      const input = { kind: 'matched', offerId, agent, mayDial } as const;
      return this.handling.decideAndSave(tx, loaded, input, null);
    });
  }
}

/** What another try may mend: it is not the row's fault. */
function isPassing(error: unknown): boolean {
  return error instanceof DatabaseUnavailable || error instanceof TransactionRetry;
}
