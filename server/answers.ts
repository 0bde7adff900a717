/** How long a living Ringback may take to say so, in milliseconds. */
const ANSWER_MS_MAX = 2_000;

/** True when a Ringback answers there: then that data folder is in use. */
export async function answers({ address }: { readonly address: string }): Promise<boolean> {
  try {
    return (await fetch(`${address}/healthz`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) })).ok;
  } catch {
    return false; // Nobody there, or somebody else.
  }
}
