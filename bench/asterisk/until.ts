/** Between two looks: seldom enough that looking disturbs nothing that is measured meanwhile. */
const LOOK_MS = 250;

/** Waits until it is so. @throws Error when it is not within the time. */
export async function until(
  what: string,
  withinMs: number,
  isSo: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) {
      throw new Error(`not within ${withinMs.toString()} ms: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
