import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { offerObstacles } from '../callbacks/may-offer.ts';
import { phoneNumber } from '../numbers/number.ts';
import { ALLOWED } from '../numbers/verdict.ts';
import { CALLBACK_DEFAULTS } from '../queues/settings.ts';
import { ruleFor, whoOffers } from './origins.ts';
import { behaviourOf, layered, settingsWith } from './resolve.ts';
import { type Behaviour, RULE_TYPES, type Rule } from './rule.ts';

const numbers = fc.constantFrom('+12025550111', '+12025550112').map((text) => phoneNumber(text));

/** What a layer may say: of each value something or nothing. */
const behaviours: fc.Arbitrary<Behaviour> = fc
  .record(
    {
      attemptsMax: fc.integer({ min: 1, max: 21 }),
      minimumGapSeconds: fc.integer({ min: 1, max: 600 }),
      reentry: fc.constantFrom('front' as const, 'back' as const),
      expiresAfterSeconds: fc.integer({ min: 60, max: 7200 }),
      callerId: numbers,
    },
    { requiredKeys: [] },
  )
  .map(({ callerId = null, ...rest }) => (callerId === null ? rest : { ...rest, callerId }));

const rules: fc.Arbitrary<Rule> = fc.record({
  name: fc.constantFrom('one', 'two', 'three'),
  type: fc.constantFrom(...RULE_TYPES),
  source: fc.constantFrom('queue' as const, 'number' as const),
  enabled: fc.boolean(),
  delaySeconds: fc.nat(600),
  minimumWaitSeconds: fc.nat(60),
  lookBackSeconds: fc.nat(7200),
  behaviour: behaviours,
  profile: behaviours,
});

describe('which value wins', () => {
  test('the first of request, rule, profile and queue that says something, value by value', () => {
    fc.assert(
      fc.property(behaviours, rules, (request, rule) => {
        const settings = settingsWith(CALLBACK_DEFAULTS, layered(request, behaviourOf(rule)));
        const ofType = rule.type === 'queue-callback' ? undefined : 1;
        expect(settings).toEqual({
          ...CALLBACK_DEFAULTS,
          attemptsMax:
            request.attemptsMax ??
            rule.behaviour.attemptsMax ??
            rule.profile.attemptsMax ??
            ofType ??
            CALLBACK_DEFAULTS.attemptsMax,
          minimumGapSeconds:
            request.minimumGapSeconds ??
            rule.behaviour.minimumGapSeconds ??
            rule.profile.minimumGapSeconds ??
            CALLBACK_DEFAULTS.minimumGapSeconds,
          reentry:
            request.reentry ??
            rule.behaviour.reentry ??
            rule.profile.reentry ??
            CALLBACK_DEFAULTS.reentry,
          expiresAfterSeconds:
            request.expiresAfterSeconds ??
            rule.behaviour.expiresAfterSeconds ??
            rule.profile.expiresAfterSeconds ??
            CALLBACK_DEFAULTS.expiresAfterSeconds,
        });
      }),
    );
  });

  test('what was kept of a callback resolves to the same as all its layers at once', () => {
    fc.assert(
      fc.property(behaviours, behaviours, behaviours, (first, second, third) => {
        expect(layered(layered(first, second), third)).toEqual(
          layered(first, layered(second, third)),
        );
        expect(layered(first, {})).toEqual(first);
        expect(layered({}, first)).toEqual(first);
      }),
    );
  });

  test('the caller id of a rule is no setting of its queue', () => {
    const callerId = phoneNumber('+12025550111');
    const overrides = callerId === null ? {} : { callerId };
    expect(settingsWith(CALLBACK_DEFAULTS, overrides)).toEqual(CALLBACK_DEFAULTS);
  });
});

describe('which rule counts', () => {
  test('that of the dialled number before that of the queue, whether it is switched on or not', () => {
    fc.assert(
      fc.property(
        fc.array(rules, { maxLength: 6 }),
        fc.constantFrom(...RULE_TYPES),
        (all, type) => {
          const found = ruleFor(type, { numberEnabled: true, rules: all }, 'support');
          const made = all.filter((rule) => rule.type === type);
          const best = made.find(({ source }) => source === 'number') ?? made[0];
          if (best !== undefined) expect(found).toBe(best);
          else if (type === 'queue-callback') expect(found?.name).toBe('support');
          else expect(found?.type ?? 'abandoned').toBe('abandoned');
        },
      ),
    );
  });

  test('S0.4: a missed call without a rule of its own is followed up by the abandoned one, and by no other', () => {
    const rule = (type: Rule['type'], name: string): Rule => ({
      name,
      type,
      source: 'queue',
      enabled: true,
      delaySeconds: 60,
      minimumWaitSeconds: 0,
      lookBackSeconds: 7200,
      behaviour: {},
      profile: {},
    });
    const abandoned = rule('abandoned', 'lost');
    const missed = { ...rule('missed', 'nobody-there'), enabled: false };
    const origins = (...all: readonly Rule[]) => ({ numberEnabled: true, rules: all });
    expect(ruleFor('missed', origins(abandoned), 'support')).toBe(abandoned);
    expect(ruleFor('missed', origins(abandoned, missed), 'support')).toBe(missed);
    expect(ruleFor('missed', origins(rule('queue-callback', 'press')), 'support')).toBeNull();
    expect(ruleFor('abandoned', origins(missed), 'support')).toBeNull();
  });

  test('S0.14: a callback is offered exactly when number, queue and rule are all switched on', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.boolean(),
        fc.array(rules, { maxLength: 4 }),
        (numberEnabled, enabled, all) => {
          const origins = { numberEnabled, rules: all };
          const callback = { ...CALLBACK_DEFAULTS, enabled };
          const obstacles = offerObstacles({
            ...whoOffers(origins, { name: 'support', callback }),
            waits: true,
            numberVerdict: ALLOWED,
            requestsStopped: false,
            numberKnown: true,
            hasOpenCallback: false,
          });
          const rule = ruleFor('queue-callback', origins, 'support');
          expect(obstacles.length === 0).toBe(numberEnabled && enabled && rule?.enabled === true);
        },
      ),
    );
  });
});
