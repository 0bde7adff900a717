/**
 * One piece of what a person hears: a prompt by its name on the PBX (`ringback/offer`), or a whole number that the
 * PBX speaks in its own voice.
 */
export type Speech =
  | { readonly kind: 'prompt'; readonly name: string }
  | { readonly kind: 'number'; readonly value: number };

/** A prompt by name. */
export function prompt(name: string): Speech {
  return { kind: 'prompt', name };
}
