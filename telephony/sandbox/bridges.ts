import type { SandboxLeg } from './leg.ts';

/** The bridges of one PBX: who talks with whom. A bridge is there as long as somebody is in it. */
export class Bridges {
  readonly #bridges = new Map<string, Set<SandboxLeg>>();

  /** Puts these legs into one bridge and takes them out of any other. Repeating it changes nothing. */
  join(bridgeId: string, legs: readonly SandboxLeg[]): void {
    const before = this.#bridges.get(bridgeId)?.size ?? 0;
    for (const leg of legs) this.#enter(bridgeId, leg);
    const members = this.#bridges.get(bridgeId) ?? new Set();
    if (members.size > 1 && members.size > before) for (const leg of members) leg.talks();
  }

  /** Takes a leg out of its bridge, if it is in one. */
  leave(leg: SandboxLeg): void {
    for (const [bridgeId, members] of this.#bridges) {
      members.delete(leg);
      if (members.size === 0) this.#bridges.delete(bridgeId);
    }
  }

  clear(): void {
    this.#bridges.clear();
  }

  #enter(bridgeId: string, leg: SandboxLeg): void {
    if (this.#bridges.get(bridgeId)?.has(leg) === true) return;
    this.leave(leg);
    const members = this.#bridges.get(bridgeId) ?? new Set();
    members.add(leg);
    this.#bridges.set(bridgeId, members);
    leg.state = { kind: 'with-us', place: { kind: 'bridged', bridgeId } };
  }
}
