import type { Attempt } from '../../core/interactions/situation.ts';
import { present } from '../../core/prelude/assert.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import { type Transaction, timestamp } from '../database.ts';
import { sqlFile } from '../statement.ts';
import type { Saving } from './saving.ts';

const INSERT_ATTEMPT = sqlFile(import.meta.url, './insert-attempt.sql');
const UPDATE_ATTEMPT = sqlFile(import.meta.url, './update-attempt.sql');
const INSERT_OFFER = sqlFile(import.meta.url, './insert-offer.sql');
const UPDATE_OFFER = sqlFile(import.meta.url, './update-offer.sql');
const INSERT_DECLINE = sqlFile(import.meta.url, './insert-decline.sql');
const UPDATE_AGENT = sqlFile(import.meta.url, './update-agent.sql');
const RELEASE_AGENT = sqlFile(import.meta.url, './release-agent.sql');

/** Writes the live attempt, if the decision changed it. */
export async function saveAttempt(tx: Transaction, saving: Saving): Promise<void> {
  const { before, decision } = saving;
  const { attempt } = decision.next;
  if (attempt === null || attempt === before?.attempt) return;
  if (before?.attempt?.id !== attempt.id) await insertAttempt(tx, saving, attempt);
  else await updateAttempt(tx, saving, attempt);
}

async function insertAttempt(tx: Transaction, saving: Saving, attempt: Attempt): Promise<void> {
  const { interaction, callback, agent } = saving.decision.next;
  await tx.query(INSERT_ATTEMPT, [
    saving.tenantId,
    attempt.id,
    present(callback, 'callback').id,
    interaction.id,
    interaction.pbxId,
    agent?.id ?? null,
    attempt.number,
    attempt.state,
    timestamp(attempt.startedAt),
  ]);
}

async function updateAttempt(tx: Transaction, saving: Saving, attempt: Attempt): Promise<void> {
  const { tenantId, decision, nowMs, epoch } = saving;
  await tx.query(UPDATE_ATTEMPT, [
    tenantId,
    attempt.id,
    attempt.state,
    attempt.routeId,
    orNull(attempt.dialedAt),
    orNull(attempt.answeredAt),
    attempt.notedOutcome,
    attempt.outcome,
    attempt.outcome === null ? null : timestamp(nowMs),
    decision.dial === null ? null : epoch,
    decision.dial?.callerId ?? null,
  ]);
}

/** Writes the live offer, if the decision changed it, and spares an agent who did not take it. */
export async function saveOffer(tx: Transaction, saving: Saving): Promise<void> {
  const { tenantId, before, decision, nowMs } = saving;
  const { offer, interaction } = decision.next;
  if (offer === null || offer === before?.offer) return;
  const agentId = present(agentOf(saving), 'agent of the offer');
  if (before?.offer?.id !== offer.id) {
    const row = [
      tenantId,
      offer.id,
      interaction.id,
      agentId,
      offer.state,
      timestamp(offer.offeredAt),
    ];
    await tx.query(INSERT_OFFER, row);
    return;
  }
  await tx.query(UPDATE_OFFER, [
    tenantId,
    offer.id,
    offer.end === null ? offer.state : 'over',
    offer.end,
    orNull(offer.connectedAt),
    offer.end === null ? null : timestamp(nowMs),
  ]);
  if (offer.notAgainUntil !== null) {
    const until = timestamp(offer.notAgainUntil);
    await tx.query(INSERT_DECLINE, [tenantId, interaction.id, agentId, until]);
  }
}

/** Writes the agent who is held, and lets go of them once they are idle. */
export async function saveAgent(tx: Transaction, saving: Saving): Promise<void> {
  const { tenantId, before, decision } = saving;
  const { agent } = decision.next;
  if (agent === null || agent === before?.agent) return;
  const { id, occupation, legId, idleSince } = agent;
  await tx.query(UPDATE_AGENT, [tenantId, id, occupation, legId, timestamp(idleSince)]);
  if (occupation === 'idle') await tx.query(RELEASE_AGENT, [tenantId, id]);
}

function agentOf({ before, decision }: Saving): string | null {
  return (decision.next.agent ?? before?.agent)?.id ?? null;
}

function orNull(at: EpochMs | null): Date | null {
  return at === null ? null : timestamp(at);
}
