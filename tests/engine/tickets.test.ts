import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { presses, talks } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import { type CentreConsole, openConsole } from '../support/centre-console.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp } from '../support/story.ts';

let centre: SandboxCentre;
let people: CentreConsole;

const ANN = '+12025550001';
const NOBODY = '00000000-0000-4000-8000-000000000000';

/** Ann could not be reached: her callback has ended with a ticket. */
beforeEach(async () => {
  centre = await openSandboxCentre({
    agents: ['desk-1'],
    callback: { attemptsMax: 1, ringCustomerSeconds: 5, wrapUpSeconds: 0 },
  });
  centre.world.phone(ANN, (nth) =>
    nth === 1 ? { kind: 'busy' } : { kind: 'answer', afterSeconds: 1, acts: [talks(10)] },
  );
  centre.world.phone('PJSIP/desk-1', picksUp(1));
  centre.caller(ANN, presses('1', 2));
  await centre.pass(8);
  await centre.setPresence('desk-1', 'available');
  await centre.pass(15);
  people = await openConsole(centre);
});
afterEach(async () => {
  await people.close();
  await closeAudited(centre);
});

async function ticketId(): Promise<string> {
  const [row] = await centre.rows<{ id: string }>('select id from ticket');
  return row?.id ?? '';
}

/** The kinds of all events of tickets, in order. */
async function ticketEvents(): Promise<readonly string[]> {
  return (await centre.events()).filter((kind) => kind.startsWith('ticket.'));
}

describe('a ticket is worked', () => {
  test('a failure is found as unread; whoever shows it has read it, and that is told once', async () => {
    const id = await ticketId();
    const unread = await people.ringback('ticket', 'list', '--unread');
    expect(unread.out).toContain(id);
    expect(unread.out).toContain('1 open, 1 unread.');
    expect((await people.ringback('status')).out).toContain('Tickets: 1 open, 1 unread.');
    expect(await people.metrics()).toContain('ringback_tickets_unread 1');
    expect((await people.ringback('ticket', 'show', id)).out).toMatch(/^Reason +exhausted$/m);
    await people.ringback('ticket', 'show', id);
    expect((await people.ringback('ticket', 'list', '--unread')).out).toBe(
      'No tickets.\n1 open, 0 unread.\n',
    );
    expect(await ticketEvents()).toEqual(['ticket.opened', 'ticket.read']);
  });

  test('it is given to somebody, noted on and closed, each with its event in the story of the callback', async () => {
    const id = await ticketId();
    expect((await people.ringback('ticket', 'assign', id, 'bo')).out).toBe('bo has the ticket.\n');
    await people.ringback('ticket', 'note', id, 'Her daughter answered.', '--by', 'bo');
    expect((await people.ringback('ticket', 'close', id)).out).toBe('The ticket is closed.\n');
    expect((await people.ringback('ticket', 'show', id)).out).toMatch(/Z {2}bo: Her daughter/);
    expect(await ticketEvents()).toEqual([
      'ticket.opened',
      'ticket.assigned',
      'ticket.noted',
      'ticket.closed',
    ]);
    const { id: callbackId } = await centre.callback();
    const { out } = await people.ringback('callback', 'story', callbackId);
    expect(out).toContain('The ticket is given to bo.');
    expect(out).toContain('eva closes the ticket.');
    expect(out).not.toContain('daughter');
    expect(await people.metrics()).toContain('ringback_tickets_open 0');
  });

  test('lists are filtered by state, assignee, queue and whether they were read', async () => {
    const id = await ticketId();
    const found = async (...words: string[]): Promise<boolean> =>
      (await people.ringback('ticket', 'list', ...words)).out.includes(id);
    await people.ringback('ticket', 'assign', id, 'bo');
    expect(await found('--state', 'open')).toBe(true);
    expect(await found('--state', 'closed')).toBe(false);
    expect(await found('--assignee', 'bo')).toBe(true);
    expect(await found('--assignee', 'eva')).toBe(false);
    expect(await found('--queue', 'support')).toBe(true);
    expect(await found('--unread')).toBe(false);
    await people.ringback('ticket', 'assign', id);
    expect(await found('--assignee', 'bo')).toBe(false);
    expect(await people.ringback('ticket', 'list', '--queue', 'sales')).toMatchObject({
      exitCode: 1,
      err: 'There is no queue named "sales". (QUEUE_UNKNOWN)\n',
    });
  });

  test('what is closed stays closed, but for notes', async () => {
    const id = await ticketId();
    await people.ringback('ticket', 'close', id);
    for (const words of [
      ['assign', id, 'bo'],
      ['close', id],
      ['call-again', id],
    ]) {
      expect((await people.ringback('ticket', ...words)).err).toContain('(TICKET_CLOSED)');
    }
    expect((await people.ringback('ticket', 'note', id, 'She called.')).out).toBe('Noted.\n');
    expect((await people.ringback('ticket', 'close', NOBODY)).err).toContain('(TICKET_UNKNOWN)');
  });
});

describe('a ticket is called again', () => {
  test('the customer gets a new callback, tied to the ticket and to the first callback, and is called', async () => {
    const first = await centre.callback();
    const id = await ticketId();
    expect((await people.ringback('ticket', 'call-again', id)).out).toMatch(/is in line/);
    // The queue leaves a gap between two calls to a number.
    await centre.pass(100);
    const again = await centre.callback();
    expect(again).toMatchObject({ state: 'completed', number: ANN, tickets: 0 });
    const [tie] = await centre.rows(
      `select first_callback_id, for_ticket_id, origin from callback where id = '${again.id}'`,
    );
    expect(tie).toEqual({ first_callback_id: first.id, for_ticket_id: id, origin: 'ticket' });
    expect(centre.world.ledger.carrierCalls(ANN)).toHaveLength(2);
    expect((await people.ringback('ticket', 'show', id)).out).toContain(`${again.id}, completed`);
    expect((await centre.callback(ANN)).attempts_used).toBe(1);
  });

  test('P3: the new promise counts its waiting from the word of whoever asked for it, and not from the first call', async () => {
    const before = await centre.callback();
    await centre.setPresence('desk-1', 'away');
    await centre.skip(3600);
    const askedAt = centre.timers.nowMs();
    await people.ringback('ticket', 'call-again', await ticketId());
    const { id, entered_at: enteredAt } = await centre.callback();
    expect(enteredAt).toBe(askedAt);
    expect(enteredAt).toBeGreaterThan(before.entered_at);
    const view = z.object({
      firstEnteredAt: z.string(),
      enteredAt: z.string(),
      grossWaitSeconds: z.int(),
      netWaitSeconds: z.int(),
    });
    await centre.pass(30);
    expect(view.parse(await people.json('callback', 'show', id))).toEqual({
      firstEnteredAt: new Date(askedAt).toISOString(),
      enteredAt: new Date(askedAt).toISOString(),
      grossWaitSeconds: 30,
      netWaitSeconds: 30,
    });
  });

  test('P4: asked twice, the second answer names the first new callback', async () => {
    await centre.setPresence('desk-1', 'away');
    const id = await ticketId();
    const again = z.object({ callbackId: z.string(), created: z.boolean() });
    const one = again.parse(await people.json('ticket', 'call-again', id));
    const two = again.parse(await people.json('ticket', 'call-again', id));
    expect([one.created, two.created]).toEqual([true, false]);
    expect(two.callbackId).toBe(one.callbackId);
  });

  test('its time to lapse counts from now, and its own failure opens a ticket of its own', async () => {
    await centre.setPresence('desk-1', 'away');
    await centre.skip(7200);
    await people.ringback('ticket', 'call-again', await ticketId());
    await centre.skip(7100);
    expect((await centre.callback()).state).toBe('waiting');
    await centre.skip(200);
    expect(await centre.callback()).toMatchObject({ state: 'expired', tickets: 1 });
    expect(await centre.rows('select 1 from ticket')).toHaveLength(2);
  });
});
