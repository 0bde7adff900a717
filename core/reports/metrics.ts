/** What is counted over the calls that came in during a period, and over all that followed from them. */
export interface ReportCounts {
  /** Calls that entered a queue. */
  readonly queued: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly callbackRequested: number;
  /** Calls of numbers that held a callback already. */
  readonly duplicates: number;
  /** Calls in which the offer was spoken at least once. */
  readonly offered: number;
  /** Callbacks that callers made by pressing 1. */
  readonly registered: number;
  /** All callbacks, whatever their origin. */
  readonly callbacks: number;
  /** Callbacks whose first counted attempt was a conversation. */
  readonly reachedAtFirst: number;
  /** Callbacks in which customer and agent talked for at least the success duration. */
  readonly connected: number;
  /** Attempts that count against the maximum. */
  readonly countedAttempts: number;
  /** Ended attempts by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Calls to customers' phones. */
  readonly dialled: number;
  /** Calls that customers answered. */
  readonly answeredDials: number;
  readonly offersToAgents: number;
  readonly declinedByAgents: number;
  /** Callbacks closed in reports because nothing had happened for 14 days. */
  readonly inactive: number;
  /** Callbacks that wait for a human, because handling them failed again and again. */
  readonly setAside: number;
  /** Open callbacks without a place, a due time, an agent or an attempt. */
  readonly lost: number;
  /** Attempts that were dialled more than once. */
  readonly dialledTwice: number;
  /** Callbacks that were called, or whose time lapsed before. */
  readonly promisesDue: number;
  /** Callbacks that were called before their time lapsed. */
  readonly promisesKept: number;
  /** From entering the line to the first call, in seconds: gross. */
  readonly timeToCallbackSeconds: Percentiles | null;
  /** From taking the present place, which a retry may renew, to the last call, in seconds: net. */
  readonly netTimeToCallbackSeconds: Percentiles | null;
  /** From an agreed time to the first call, in minutes; early is negative. */
  readonly punctualityMinutes: Omit<Percentiles, 'p99'> | null;
}

/** How many calls were looked at against the hours as they are set up now, and how many lay outside. */
export interface HoursKept {
  readonly lookedAt: number;
  readonly outside: number;
}

/** In seconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** One figure with what it is measured against, in words. */
export interface Metric {
  readonly name: string;
  readonly numerator: number;
  /** Null for a plain count. */
  readonly denominator: number | null;
  /** The share, or the count (always of what must be zero); null while the denominator of a share is zero. */
  readonly value: number | null;
  readonly means: string;
}

/** The metrics that follow from the counts, each with its one denominator. */
export function metricsOf(counts: ReportCounts, hours: HoursKept): readonly Metric[] {
  return [
    ...metricsOfCalls(counts),
    ...metricsOfCallbacks(counts),
    ...metricsThatMustBeZero(counts, hours),
  ];
}

function metricsOfCalls(counts: ReportCounts): readonly Metric[] {
  const { queued, offered, registered, duplicates } = counts;
  const accepted = counts.callbackRequested + duplicates;
  return [
    count(
      'calls-queued',
      queued,
      'calls that entered a queue; a callback stays this one inbound call',
    ),
    share('answered-share', counts.answered, queued, 'calls answered by an agent / calls queued'),
    share(
      'abandon-rate',
      counts.abandoned,
      queued,
      'calls that hung up while waiting, without a callback / calls queued',
    ),
    share('offer-rate', offered, queued, 'calls offered a callback / calls queued'),
    share('take-rate', accepted, offered, 'calls that asked for a callback / calls offered one'),
    share(
      'registration-completion',
      registered,
      accepted - duplicates,
      'callbacks registered / calls that asked for one and had none yet',
    ),
  ];
}

function metricsOfCallbacks(counts: ReportCounts): readonly Metric[] {
  const { callbacks, connected, countedAttempts, dialled } = counts;
  const ended = Object.values(counts.outcomes).reduce((sum, one) => sum + one, 0);
  return [
    count('callbacks', callbacks, 'callbacks of every origin'),
    share(
      'first-attempt-reach',
      counts.reachedAtFirst,
      callbacks,
      'callbacks whose first counted attempt was a conversation / callbacks',
    ),
    share(
      'reconnect-rate',
      connected,
      callbacks,
      'callbacks in which customer and agent talked at least the success duration / callbacks',
    ),
    share(
      'attempts-per-connect',
      countedAttempts,
      connected,
      'counted attempts / callbacks connected',
    ),
    share(
      'promise-kept',
      counts.promisesKept,
      counts.promisesDue,
      'callbacks first called before their time lapsed / callbacks that were called or lapsed',
    ),
    ...Object.entries(counts.outcomes).map(([outcome, number]) =>
      share(`outcome-${outcome}`, number, ended, `attempts that ended ${outcome} / ended attempts`),
    ),
    share(
      'abandoned-on-callback',
      counts.outcomes['abandoned'] ?? 0,
      counts.answeredDials,
      'customers who answered and left before an agent / calls that customers answered',
    ),
    share(
      'agent-declines',
      counts.declinedByAgents,
      counts.offersToAgents,
      'offers that agents declined or let ring / offers to agents',
    ),
    count('outbound-calls', dialled, 'calls to customers’ phones, billed as outbound'),
    count(
      'inactive',
      counts.inactive,
      'callbacks closed in reports after 14 days without a change',
    ),
    count('set-aside', counts.setAside, 'callbacks that wait for a human to resume or close them'),
  ];
}

function metricsThatMustBeZero(
  { lost, dialledTwice, dialled }: ReportCounts,
  { outside, lookedAt }: HoursKept,
): readonly Metric[] {
  return [
    zero(
      'dialled-outside-hours',
      outside,
      lookedAt,
      'calls outside the hours, as they are set up now / calls looked at; must be zero',
    ),
    zero(
      'dialled-twice',
      dialledTwice,
      dialled,
      'attempts that were dialled more than once / calls to customers’ phones; must be zero',
    ),
    count('lost', lost, 'open callbacks without a next step; must be zero'),
  ];
}

/** A count that is told as one, with how many it is a count of. */
function zero(name: string, numerator: number, denominator: number, means: string): Metric {
  return { name, numerator, denominator, value: numerator, means };
}

function count(name: string, numerator: number, means: string): Metric {
  return { name, numerator, denominator: null, value: numerator, means };
}

function share(name: string, numerator: number, denominator: number, means: string): Metric {
  const value = denominator === 0 ? null : numerator / denominator;
  return { name, numerator, denominator, value, means };
}
