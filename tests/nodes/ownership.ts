import { eventually, type RingbackNode } from '../support/ringback-node.ts';
import type { PhoneCentre } from '../telephone/support/phone-centre.ts';

/** Who owns the connection to the only PBX, as the database says. */
export interface Ownership {
  readonly owner: string;
  readonly epoch: number;
  readonly ready: boolean;
}

/** Reads it. */
export async function ownershipIn(centre: PhoneCentre): Promise<Ownership> {
  const [row] = await centre.rows<Ownership>(
    `select coalesce(owner, '') as owner, epoch::int, ready from pbx_owner`,
  );
  return row ?? { owner: '', epoch: 0, ready: false };
}

/** Whether this process is that owner; nodes carry the process id in their names. */
export function isOwner(node: RingbackNode, { owner }: Ownership): boolean {
  return owner.includes(`-${node.pid.toString()}-`);
}

/** Waits until this process owns the PBX, has put its records in order, and takes new work. */
export async function worksWithPbx(centre: PhoneCentre, node: RingbackNode): Promise<Ownership> {
  return eventually('the node works with the PBX', async () => {
    if (node.hasEnded()) throw new Error(`the node has ended:\n${node.output()}`);
    const ownership = await ownershipIn(centre);
    return ownership.ready && isOwner(node, ownership) ? ownership : null;
  });
}
