/**
 * What may be wrong for a while and not for longer. Only time in which everything is in order counts: nobody can hang up
 * an orphan while the connection is away.
 */
export class Patience {
  readonly #since = new Map<string, number>();

  /** Those of `wrong` that have been wrong for longer than `maxMs`; whatever is not wrong any more is forgotten. */
  exceeded(
    topic: string,
    wrong: readonly string[],
    nowMs: number,
    maxMs: number,
  ): readonly string[] {
    const keys = new Set(wrong.map((what) => `${topic} ${what}`));
    for (const key of this.#since.keys()) {
      if (key.startsWith(`${topic} `) && !keys.has(key)) this.#since.delete(key);
    }
    return wrong.filter((what) => {
      const key = `${topic} ${what}`;
      const since = this.#since.get(key);
      if (since === undefined) this.#since.set(key, nowMs);
      return since !== undefined && nowMs - since > maxMs;
    });
  }
}
