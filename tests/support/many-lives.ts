import fc from 'fast-check';
import {
  CALLBACK_DEFAULTS,
  REENTRIES,
  retryAfterAll,
  VOICEMAIL_RULES,
} from '../../core/queues/settings.ts';
import { type Birth, InteractionLife, type LifeStep, type Throw } from './interaction-life.ts';

const births: fc.Arbitrary<Birth> = fc.record({
  numberKnown: fc.integer({ min: 0, max: 9 }).map((die) => die > 0),
  callback: fc.record({
    enabled: fc.integer({ min: 0, max: 19 }).map((die) => die > 0),
    attemptsMax: fc.integer({ min: 1, max: 4 }),
    wrapUpSeconds: fc.constantFrom(0, 30),
    successAfterSeconds: fc.constantFrom(0, 5),
    expiresAfterSeconds: fc.constantFrom(60, 7200),
    retryAfterSeconds: fc.constantFrom(
      retryAfterAll(1),
      { ...retryAfterAll(600), busy: 300, short: 30 },
      CALLBACK_DEFAULTS.retryAfterSeconds,
    ),
    minimumGapSeconds: fc.constantFrom(1, 60, 400),
    reentry: fc.constantFrom(...REENTRIES),
    voicemail: fc.constantFrom(...VOICEMAIL_RULES),
  }),
});
const throws: fc.Arbitrary<Throw> = fc.record({
  what: fc.noBias(fc.nat(999)),
  how: fc.noBias(fc.nat(999)),
  seconds: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 }), fc.constant(700)),
});
const lives = fc
  .tuple(births, fc.array(throws, { maxLength: 60, size: 'max' }))
  .map(([birth, dice]) => ({ birth, dice }));

/** Lives out many lives and looks at each step, or at the whole. */
export function inEveryLife(look: (life: InteractionLife) => void, seed?: number): void {
  fc.assert(
    fc.property(lives, ({ birth, dice }) => {
      const life = new InteractionLife(birth);
      for (const die of dice) life.live(die);
      look(life);
    }),
    seed === undefined ? { numRuns: 600 } : { numRuns: 600, seed },
  );
}

/** The same, step by step. */
export function inEveryStep(look: (step: LifeStep) => void, seed?: number): void {
  inEveryLife((life) => {
    for (const step of life.steps) look(step);
  }, seed);
}
