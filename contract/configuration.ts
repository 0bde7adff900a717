import { z } from 'zod';
import { aClosingTime, anOpeningTime, callbackSchema } from './callback-settings.ts';
import { aField, aFlag, aName, aNumber, aSection, aText, aWord } from './configuration-fields.ts';
import { profileSchema, ruleSchema } from './rule-settings.ts';

/*
 * What an administrator sets up, as `centre.yaml` and /api/v1/configuration show it. Every message of these schemas is
 * the sentence that says what is allowed; configuration-problems.ts puts what was found in front of it. The descriptions become the
 * help of editors (generated/centre.schema.json) and docs/reference/configuration.md.
 */

const lines = aNumber([1, 10_000], 'How many calls the route carries at once.');
const DIAL =
  'an address on the PBX with {number} in it once and without spaces, such as PJSIP/{number}@carrier';

const routeSchema = aSection({
  name: aName('The name of the route; unique on its PBX.'),
  dial: aText(/^[^\s{}]*\{number\}[^\s{}]*$/, DIAL).meta({
    description: 'What the PBX dials; {number} becomes the E.164 number of the customer.',
  }),
  callerId: aField
    .phone('Shown to the customer when neither the call nor the queue has a number.')
    .optional(),
  lines,
}).meta({ description: 'An outbound way to the telephone network.' });

const routes = z
  .array(routeSchema, { error: 'a list of routes' })
  .max(100, 'at most 100 routes')
  .default([])
  .meta({ description: 'Outbound ways to the telephone network, tried in this order.' });

const asteriskSchema = aSection({
  name: aName('The name of the PBX; unique.'),
  driver: z.literal('asterisk').meta({ description: 'The kind of PBX.' }),
  url: aField.url('Where the HTTP server of Asterisk (ARI) listens.'),
  username: aText(/^[\x21-\x7e]+$/, 'the name of an ARI user, without spaces').meta({
    description: 'The ARI user (ari.conf) that Ringback logs in as.',
  }),
  passwordFile: aField.secretFile(
    'The file that holds the password of the ARI user. The password itself is kept in no configuration. ' +
      '`ringback apply` takes a relative path from the folder of the YAML file.',
  ),
  application: aText(/^[A-Za-z0-9_-]+$/, 'letters, digits, "_" and "-"')
    .default('ringback')
    .meta({ description: 'The name of the Stasis application on the PBX.' }),
  allowInsecure: aFlag(
    false,
    'Allows plain HTTP to another machine: password and calls can be read on the way.',
  ),
  routes,
}).meta({ description: 'An Asterisk, reached through ARI.' });

const sandboxSchema = aSection({
  name: aName('The name of the PBX; unique.'),
  driver: z.literal('sandbox').meta({ description: 'The kind of PBX.' }),
  routes,
}).meta({ description: 'A simulated PBX in memory, with simulated people.' });

const pbxSchema = z.discriminatedUnion('driver', [asteriskSchema, sandboxSchema], {
  error: 'settings with the driver asterisk or sandbox',
});

const dayHours = {
  from: anOpeningTime('Opening time on the clock of the time zone.'),
  to: aClosingTime('Closing time, later than `from`; "24:00" is the end of the day.'),
};

const weeklySchema = aSection({
  days: aField.days('The days with these hours.'),
  ...dayHours,
}).meta({
  description: 'The same hours on some days of the week.',
});

const holidaySchema = aSection({
  date: aField.date('The day, such as "2027-12-24".'),
  yearly: aFlag(false, 'On: the day comes every year, whatever the year of `date`.'),
  open: z
    .array(aSection(dayHours), { error: 'a list of hours' })
    .max(10, 'at most 10 entries')
    .default([])
    .meta({ description: 'When it is open on that day. Without it: closed all day.' }),
}).meta({ description: 'A day on which the week does not count.' });

const hoursSchema = aSection({
  name: aName('The name of the hours; unique.'),
  timeZone: aField.timeZone('The time zone whose clock counts.'),
  weekly: z
    .array(weeklySchema, { error: 'a list of weekly hours' })
    .min(1, 'at least one entry')
    .max(100, 'at most 100 entries')
    .meta({
      description: 'When it is open. A night is two entries: one until "24:00", one from "00:00".',
    }),
  holidays: z
    .array(holidaySchema, { error: 'a list of holidays' })
    .max(500, 'at most 500 entries')
    .default([])
    .meta({
      description:
        'Days that are closed or open otherwise. A date of its own goes before one that comes every year.',
    }),
}).meta({ description: 'When queues may call.' });

const tenantSchema = aSection({
  timeZone: aField
    .timeZone(
      'The zone of the company. Customers are called only while its clock, too, shows a time within `callingHours`.',
    )
    .optional(),
}).meta({ description: 'What holds for the whole company.' });

const aPbxName = (description: string) =>
  aWord('the name of a PBX of this file').optional().meta({ description });

const queueSchema = aSection({
  name: aName('The name of the queue; unique.'),
  number: aField.phone('Shown to customers who dialled none of our numbers.').optional(),
  pbx: aPbxName('The PBX of the queue. May be left out while there is only one.'),
  hours: aWord('the name of hours of this file')
    .optional()
    .meta({ description: 'When the queue may call. Without it: always.' }),
  priority: aNumber(
    [0, 100],
    'Of the calls of the queue: who has more is served first, whoever came first.',
  ).default(0),
  callback: callbackSchema.prefault({}),
}).meta({ description: 'A line of customers with its rules.' });

const ENDPOINT = 'a phone as the PBX calls it, such as PJSIP/agent1';

const agentSchema = aSection({
  name: aName('The name of the agent; unique.'),
  endpoint: aText(/^[A-Za-z0-9]+\/[A-Za-z0-9_.@+-]+$/, ENDPOINT).meta({
    description: 'The phone of the agent as the PBX calls it; one phone for each agent.',
  }),
  queues: z
    .array(aWord('the name of a queue of this file'), { error: 'a list of queue names' })
    .max(1000, 'at most 1000 queues')
    .default([])
    .meta({ description: 'The queues that the agent serves, all on the PBX of the agent.' }),
  pbx: aPbxName('The PBX that knows the phone. May be left out while there is only one.'),
}).meta({ description: 'A person who takes calls.' });

const numberSchema = aSection({
  number: aField.phone('The number that customers dial.'),
  queue: aWord('the name of a queue of this file').meta({
    description: 'The queue that its calls enter.',
  }),
  priority: aNumber([0, 100], 'Of calls to this number. Without it: that of the queue.').optional(),
  callback: aSection({
    enabled: aFlag(
      true,
      'Off: callers of this number are never offered a callback, and no rule makes one of their calls.',
    ),
  })
    .prefault({})
    .meta({ description: 'Whether callbacks arise from calls to this number.' }),
}).meta({ description: 'A number of ours.' });

const COUNTRY = 'a country of ISO 3166 in capitals, such as DE, or all';
const CLASSES = [
  'toll-free',
  'voip',
  'premium-rate',
  'shared-cost',
  'personal',
  'uan',
  'pager',
  'voicemail',
  'satellite',
  'unknown',
] as const;
const CLASS = `one of ${CLASSES.join(', ')}`;

const hourlySchema = aSection({
  caller: aNumber([1, 1000], 'For one caller.').default(30),
  prefix: aNumber([1, 100_000], 'For numbers that differ in their last four digits only.').default(
    100,
  ),
  tenant: aNumber([1, 1_000_000], 'For the whole centre.').default(1000),
}).meta({ description: 'How many requests, and how many calls, there may be within any hour.' });

const PREFIX = '"+" and 1 to 15 digits within quotes, such as "+49"';
const rateSchema = aSection({
  prefix: aText(/^\+[1-9]\d{0,14}$/, PREFIX).meta({ description: 'How the numbers begin.' }),
  perMinute: aNumber([0, 1_000_000], 'What a minute to them costs.'),
}).meta({ description: 'What calls to some numbers cost; the longest fitting prefix decides.' });

const budgetSchema = aSection({
  daily: aNumber(
    [1, 1_000_000_000],
    'What the calls of any 24 hours may cost, in units of your own. Without rates a unit is a minute.',
  ).default(10_000),
  reservedMinutes: aNumber(
    [1, 240],
    'For how long a call is paid in advance, since nobody knows how long it will be.',
  ).default(10),
  ratePerMinute: aNumber([0, 1_000_000], 'What a minute costs that no rate is about.').default(1),
  rates: z
    .array(rateSchema, { error: 'a list of rates' })
    .max(10_000, 'at most 10000 rates')
    .default([])
    .meta({ description: 'What a minute costs, by the beginning of the number.' }),
}).meta({ description: 'What calling customers may cost.' });

const numberPolicySchema = aSection({
  countries: z
    .array(aText(/^(?:[A-Z]{2}|all)$/, COUNTRY), { error: 'a list of countries' })
    .max(300, 'at most 300 countries')
    .default([])
    .meta({ description: 'Countries that may be called. Empty: those of your own numbers.' }),
  refusedClasses: z
    .array(z.enum(CLASSES, { error: CLASS }), { error: 'a list of classes' })
    .max(CLASSES.length, `at most ${CLASSES.length.toString()} classes`)
    .default(['premium-rate', 'shared-cost', 'personal', 'uan', 'pager', 'satellite'])
    .meta({
      description:
        'Classes of numbers that are never called. Emergency and service codes are refused always.',
    }),
  callbacksPerNumberPerDay: aNumber(
    [1, 100],
    'Requests for one number within 24 hours, over all queues.',
  ).default(3),
  shared: z
    .array(aField.phone('A number of others.'), { error: 'a list of numbers' })
    .max(10_000, 'at most 10000 numbers')
    .default([])
    .meta({
      description:
        'Numbers of others behind which several people are, such as a switchboard: each request and call is for somebody else.',
    }),
  hourly: hourlySchema.prefault({}),
  budget: budgetSchema.prefault({}),
}).meta({ description: 'Which numbers are called back, how often, and for how much.' });

/** A top-level list. `null` (a heading with nothing under it) is refused, since it would remove everything. */
function aList<Schema extends z.ZodType>(schema: Schema, max: number, description: string) {
  const allowed = `a list of at most ${max.toString()} entries; write [] for none`;
  return z
    .array(schema, { error: allowed })
    .max(max, allowed)
    .prefault([])
    .meta({ description, errorMessage: allowed });
}

/** The whole configuration: what stands in it exists afterwards, what does not is removed. */
export const configurationSchema = aSection({
  pbxs: aList(pbxSchema, 100, 'Connections to PBXs.'),
  hours: aList(hoursSchema, 1000, 'Opening hours, used by queues.'),
  queues: aList(queueSchema, 10_000, 'Queues.'),
  agents: aList(agentSchema, 20_000, 'Agents.'),
  profiles: aList(profileSchema, 1000, 'Profiles: values that rules have in common.'),
  rules: aList(ruleSchema, 10_000, 'Rules: when callbacks are offered or arise by themselves.'),
  numbers: aList(numberSchema, 100_000, 'Numbers of ours and where their calls go.'),
  numberPolicy: numberPolicySchema.prefault({}),
  tenant: tenantSchema.prefault({}),
}).meta({
  title: 'The configuration of a Ringback centre',
  description:
    'The whole of what an administrator sets up: what stands here exists after `ringback apply`, what does not is removed.',
});

/** The configuration with every default filled in and durations in whole seconds. */
export type Configuration = z.output<typeof configurationSchema>;
/** The configuration as it is written: durations as ISO 8601 or seconds, defaults may be left out. */
export type ConfigurationDocument = z.input<typeof configurationSchema>;

/** The configuration as it is shown: durations in ISO 8601, every default spelled out. */
export function writeConfiguration(configuration: Configuration): ConfigurationDocument {
  return z.encode(configurationSchema, configuration);
}
