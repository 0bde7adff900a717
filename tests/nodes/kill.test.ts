import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/ringback-node.ts';
import { telephonyReady } from '../telephone/support/asterisk-root.ts';
import { audit } from '../telephone/support/audit.ts';
import { Hearing } from '../telephone/support/hearing.ts';
import { openPhoneCentre, type PhoneCentre } from '../telephone/support/phone-centre.ts';
import type { CalledPhone, Caller, Plan, SipCall } from '../telephone/support/phones.ts';
import { worksWithPbx } from './ownership.ts';

/** A moment at which the process dies, and what follows. */
interface Step {
  readonly when: string;
  /** The moment, where it is too short to be hit from outside; see engine/crash-points.ts. */
  readonly crashAt?: string;
  /** Callback settings of this case, on top of the usual. */
  readonly callback?: Readonly<Record<string, unknown>>;
  /** Leads up to the moment. */
  readonly before: (scene: Scene) => Promise<unknown>;
  /** What people do while no Ringback runs. */
  readonly meanwhile?: (scene: Scene) => Promise<unknown>;
  /** What people do once the fresh process is there, up to the end of the conversation. */
  readonly after: (scene: Scene) => Promise<unknown>;
  /** The customer's phone rings until it is told to answer; otherwise it is answered at once. */
  readonly letsItRing?: true;
  /** How the attempts end, if not with the one conversation, and how often the customer's phone rang. */
  readonly attempts?: { readonly outcomes: readonly string[]; readonly calls: number };
}

/** Every sentence is a beep, where the case is not about the sentence: that saves seconds. */
const BEEPS = { confirmation: 'beep', alert: 'beep' };
const SPOKEN = { prompts: {} };
const USUAL = {
  ...{ ringCustomer: 'PT5S', ringAgent: 'PT5S' },
  ...{ minimumGap: 'PT1S', retryAfter: 'PT1S', prompts: BEEPS },
};

const ANSWERS: Plan = { otherwise: [{ kind: 'answer' }] };

const STEPS: readonly Step[] = [
  {
    when: 'after the digit and before the commit: the caller waits on and can press again',
    crashAt: 'decided-not-committed:digit-pressed',
    before: async (scene) => {
      await scene.waits();
      await scene.presses();
    },
    after: async (scene) => {
      await scene.hearing.hears('ringback/next-in-line', '', 2);
      expect(await scene.states()).toEqual([]);
      await scene.presses();
      await scene.isOffThePhone();
      await scene.talks();
    },
  },
  {
    when: 'after the commit and before the confirmation: the caller hears it all the same',
    crashAt: 'committed-not-sent:hang-up',
    callback: SPOKEN,
    before: async (scene) => {
      await scene.waits();
      await scene.presses();
    },
    after: async (scene) => {
      expect(await scene.states()).toEqual(['waiting']);
      await scene.hearing.hears('ringback/confirmation');
      await scene.isOffThePhone();
      await scene.talks();
    },
  },
  {
    when: 'during the confirmation',
    callback: SPOKEN,
    before: async (scene) => {
      await scene.presses();
      await scene.hearing.hears('ringback/confirmation');
    },
    after: async (scene) => {
      await scene.isOffThePhone();
      expect(scene.hearing.files().filter((file) => file === 'ringback/confirmation')).toHaveLength(
        1,
      );
      await scene.talks();
    },
  },
  {
    when: 'when the caller has just been let go',
    before: async (scene) => scene.promised(),
    after: async (scene) => scene.talks(),
  },
  {
    when: 'after the match and before the agent rings: another agent is asked',
    crashAt: 'committed-not-sent:ring-agent',
    before: async (scene) => scene.asked(),
    after: async (scene) => scene.talksToAnother(),
  },
  {
    when: 'when the agent is rung, and answers before it is back: another agent is asked',
    crashAt: 'sent-not-noted:ring-agent',
    before: async (scene) => scene.asked(),
    after: async (scene) => scene.talksToAnother(),
  },
  {
    when: 'while the agent rings',
    before: async (scene) => {
      await scene.agent.become({ kind: 'ring' });
      await scene.asked();
      await scene.agent.waitForCall(
        ({ ringingAtMs, ending }) => ringingAtMs !== null && ending === null,
      );
    },
    after: async (scene) => {
      await scene.agent.answer();
      await scene.talks();
      await scene.agent.become({ kind: 'answer' });
    },
  },
  {
    when: 'when the agent has answered and that is not committed',
    crashAt: 'decided-not-committed:agent-answered',
    before: async (scene) => scene.asked(),
    after: async (scene) => scene.talks(),
  },
  {
    when: 'while the agent hears the alert',
    callback: SPOKEN,
    before: async (scene) => {
      await scene.asked();
      await scene.hearing.hears('ringback/alert');
    },
    after: async (scene) => scene.talks(),
  },
  {
    when: 'after the last check and before the call leaves: nobody knows, so it counts',
    crashAt: 'gate-committed-not-dialled',
    before: async (scene) => scene.asked(),
    after: async (scene) => {
      await scene.is('retry-wait');
      expect(scene.calls()).toEqual([]);
      await scene.talks();
    },
    attempts: { outcomes: ['in-doubt', 'connected'], calls: 1 },
  },
  {
    when: 'when the call has left and that is not noted: it is taken over',
    crashAt: 'sent-not-noted:dial-customer',
    letsItRing: true,
    before: async (scene) => scene.asked(),
    after: async (scene) => {
      await scene.answers();
      await scene.talks();
    },
  },
  {
    when: 'when the call has left, and the customer answers before it is back: that is an attempt',
    crashAt: 'sent-not-noted:dial-customer',
    before: async (scene) => scene.asked(),
    after: async (scene) => {
      await scene.hearing.hears('ringback/fallback');
      await scene.is('retry-wait');
      await scene.talks();
    },
    attempts: { outcomes: ['abandoned', 'connected'], calls: 2 },
  },
  {
    when: 'while the customer rings',
    letsItRing: true,
    before: async (scene) => {
      await scene.asked();
      await scene.rings();
    },
    after: async (scene) => {
      await scene.answers();
      await scene.talks();
    },
  },
  {
    when: 'when the customer has answered and that is not committed',
    crashAt: 'decided-not-committed:customer-answered',
    before: async (scene) => scene.asked(),
    after: async (scene) => scene.talks(),
  },
  {
    when: 'when the customer has answered and the two are not connected yet',
    crashAt: 'committed-not-sent:bridge',
    before: async (scene) => scene.asked(),
    after: async (scene) => scene.talks(),
  },
  {
    when: 'during the conversation, which goes on',
    before: async (scene) => {
      await scene.asked();
      await scene.is('connected');
    },
    after: async (scene) => {
      expect(scene.calls()).toMatchObject([{ ending: null }]);
      expect(scene.agent.calls().at(-1)).toMatchObject({ ending: null });
      await scene.hangsUp();
    },
  },
  {
    when: 'during the conversation, which ends before it is back',
    before: async (scene) => {
      await scene.asked();
      await scene.is('connected');
    },
    meanwhile: async (scene) => scene.hangsUp(),
    after: async (scene) => scene.is('completed'),
  },
  {
    when: 'at the end of the conversation, before the commit',
    crashAt: 'decided-not-committed:customer-leg-ended',
    before: async (scene) => {
      await scene.asked();
      await scene.is('connected');
      await scene.hangsUp();
    },
    after: async (scene) => scene.is('completed'),
  },
  {
    when: 'during wrap-up',
    callback: { wrapUp: 'PT3S' },
    before: async (scene) => {
      await scene.asked();
      await scene.is('connected');
      await scene.hangsUp();
      await scene.is('wrapping-up');
    },
    after: async (scene) => scene.is('completed'),
  },
];

/** One customer and the first of two agents. */
class Scene {
  readonly number: string;
  readonly agent: CalledPhone;
  readonly hearing: Hearing;
  readonly #centre: PhoneCentre;
  #caller: Caller | null = null;

  constructor(centre: PhoneCentre, number: string) {
    const [agent] = centre.agents;
    assert(agent !== undefined);
    this.number = number;
    this.agent = agent;
    this.hearing = new Hearing(centre.asterisk);
    this.#centre = centre;
  }

  /** The customer waits on the line and is told so. */
  async waits(): Promise<void> {
    await this.#calls();
    await this.hearing.hears('ringback/next-in-line');
  }

  async presses(): Promise<void> {
    const caller = await this.#calls();
    expect(caller.call().ending).toBeNull();
    await caller.press('1');
  }

  async isOffThePhone(): Promise<void> {
    expect(await (await this.#calls()).ended()).toMatchObject({ ending: 'bye-received' });
  }

  /** A callback has been promised. */
  async promised(): Promise<void> {
    await this.presses();
    await this.isOffThePhone();
  }

  /** The same, and then the agent is there to take it. */
  async asked(): Promise<void> {
    const node = this.#centre.node();
    await this.promised();
    await this.is('waiting');
    // The request may die with the process, after the agent's presence is stored.
    await this.#centre.setAgent(1, 'available').catch(async () => {
      await eventually('the node has ended', () => (node.hasEnded() ? true : null));
    });
  }

  /** The customer's phone rings. */
  async rings(): Promise<void> {
    await this.#centre.carrier.waitForCall(
      ({ called, ringingAtMs }) => called === this.number && ringingAtMs !== null,
    );
  }

  async answers(): Promise<void> {
    await this.#centre.carrier.answer(({ called }) => called === this.number);
  }

  /** The customer who talks hangs up. */
  async hangsUp(): Promise<void> {
    await this.#centre.carrier.hangUp(({ called }) => called === this.number);
  }

  /** The second agent is there as well, and it is them to whom the customer talks. */
  async talksToAnother(): Promise<void> {
    await this.#centre.setAgent(2, 'available');
    await this.is('connected');
    expect(this.#centre.agents[1]?.calls().at(-1)).toMatchObject({ ending: null });
    await this.hangsUp();
  }

  /** Agent and customer come to talk, and the customer hangs up. */
  async talks(): Promise<void> {
    await this.#centre.setAgent(1, 'available');
    await this.is('connected');
    await this.hangsUp();
  }

  /** Waits until the callback is in this state. */
  async is(state: string): Promise<void> {
    await this.#centre.callbackIn(state, this.number);
  }

  /** The states of all callbacks of the number. */
  async states(): Promise<readonly string[]> {
    const all = await this.#centre.callbacks();
    return all.filter(({ number }) => number === this.number).map(({ state }) => state);
  }

  /** Every call that the customer got. */
  calls(): readonly SipCall[] {
    return this.#centre.carrier.calls().filter(({ called }) => called === this.number);
  }

  async #calls(): Promise<Caller> {
    this.#caller ??= await this.#centre.call(this.number);
    return this.#caller;
  }
}

describe.skipIf(!telephonyReady())('a Ringback that is killed, on a real Asterisk', () => {
  let centre: PhoneCentre;

  beforeAll(async () => {
    const ringing = STEPS.flatMap((step, at) =>
      step.letsItRing === true ? [[numberOf(at), [{ kind: 'ring' }]] as const] : [],
    );
    centre = await openPhoneCentre({
      agents: [ANSWERS, ANSWERS],
      carrier: { ...ANSWERS, byNumber: Object.fromEntries(ringing) },
    });
  });

  afterEach(async () => {
    if (centre.node().hasEnded()) await startAnew(); // A case has failed half way.
    await centre.setAgents('away');
    await audit(centre);
  });

  afterAll(async () => {
    await centre.close();
  });

  /** Kills what runs and starts another process, with this crash order if any. */
  const startAnew = async (crashAt?: string): Promise<void> => {
    await centre.node().kill('SIGKILL');
    const order = crashAt === undefined ? {} : { RINGBACK_TEST_CRASH_AT: crashAt };
    await worksWithPbx(centre, await centre.startNode(order));
  };

  const attemptsTo = async (number: string): Promise<readonly (string | null)[]> => {
    const rows = await centre.rows<{ outcome: string | null }>(
      `select outcome from attempt where number = '${number}' order by started_at`,
    );
    return rows.map(({ outcome }) => outcome);
  };

  test.each(STEPS.map((step, at) => [step.when, numberOf(at), step] as const))(
    'X13 P1 I3 I5: killed %s',
    async (_when, number, { crashAt, callback, before, meanwhile, after, attempts }) => {
      await centre.configure({ ...USUAL, ...callback });
      if (crashAt !== undefined) await startAnew(crashAt);
      const dying = centre.node();
      const scene = new Scene(centre, number);
      await before(scene);
      if (crashAt === undefined) await dying.kill('SIGKILL');
      else await eventually('the node dies', () => (dying.hasEnded() ? true : null));
      await meanwhile?.(scene);
      await worksWithPbx(centre, await centre.startNode());
      await after(scene);
      await scene.is('completed');
      expect(await scene.states()).toEqual(['completed']);
      expect(await attemptsTo(number)).toEqual(attempts?.outcomes ?? ['connected']);
      expect(scene.calls()).toHaveLength(attempts?.calls ?? 1);
    },
  );
});

function numberOf(at: number): string {
  return `+12025550${(400 + at).toString()}`;
}
