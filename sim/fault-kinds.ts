/** Every kind of fault that a schedule may hold, in the words in which `--fault` chooses them. */
export const FAULT_KINDS = [
  /** The connection to the PBX breaks, and both sides notice. */
  'connection-lost',
  /** It dies without a word: both sides believe in it for five seconds. */
  'connection-silent',
  /** The PBX dies with all its calls and comes back with a new boot identity. */
  'pbx-restart',
  /** Some commands never reach the PBX. */
  'commands-lost',
  /** Some commands are carried out, and nobody learns of it. */
  'replies-lost',
  /** Some replies come late, after the effects of the command. */
  'replies-late',
  /** The events of the PBX come late, in their order. */
  'events-late',
  /** Some events come twice. */
  'events-doubled',
  /** Events of different legs overtake each other. */
  'events-reordered',
  /** A node is killed (SIGKILL) between two steps, and started again later. */
  'node-killed',
  /** A node ends at one of its waits for database or PBX, before or after it, and is started again later. */
  'node-crashed',
  /** A node is stopped (SIGSTOP) and continued later, when it may own nothing any more. */
  'node-frozen',
  /** A node drains (SIGTERM) and is started again later. */
  'node-drained',
  /** Nobody reaches the database. */
  'database-away',
  /** Some commits end with a serialization failure or a deadlock. */
  'database-conflicts',
  /** Nothing can be written about one interaction. */
  'row-spoilt',
  /** Some commits lose their connection, before or after the database has them. */
  'commits-lost',
] as const;

/** One kind of fault. */
export type FaultKind = (typeof FAULT_KINDS)[number];
