/** How `npm start` or bin/serve.js was asked to begin. */
export interface StartOptions {
  /** `begin`: a new data folder gets the practice centre. `none`: it is not wanted. `keep`: as it was left. */
  readonly demo: 'begin' | 'keep' | 'none';
}

/** Words behind the command that mean nothing. */
export class StartOptionsError extends Error {
  override readonly name = 'StartOptionsError';
}

/**
 * Reads the words behind the command: bin/start.js says `--demo` unless it was given `--empty`; bin/serve.js says nothing.
 * @throws StartOptionsError
 */
export function readStartOptions(words: readonly string[]): StartOptions {
  const strange = words.find((word) => word !== '--empty' && word !== '--demo');
  if (strange !== undefined) {
    throw new StartOptionsError(
      `"${strange}" is nothing that a start understands. It takes --empty (no practice centre); everything else is set ` +
        'by environment variables, which "npx ringback config check" lists.',
    );
  }
  if (words.includes('--empty')) return { demo: 'none' };
  return { demo: words.includes('--demo') ? 'begin' : 'keep' };
}
