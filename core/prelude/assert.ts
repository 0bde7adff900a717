/** Our own bug: a state that the code says cannot be. The process stops and restarts; it is never shown to a user. */
export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure';
}

/** Stops with `message` unless `condition` holds. For what must be true by construction, never for input. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionFailure(message);
}

/** Marks the end of a total switch: a new case does not compile until someone has judged it. */
export function unreachable(value: never, what: string): never {
  throw new AssertionFailure(`${what}: no case for ${JSON.stringify(value)}`);
}

/** The value, or an assertion failure that names what was missing. */
export function present<Value>(value: Value | null | undefined, what: string): Value {
  if (value === null || value === undefined) throw new AssertionFailure(`${what} is missing`);
  return value;
}
