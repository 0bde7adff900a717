import type { AsteriskWorld } from './settings.ts';

/** What follows from an event is not waited for. Should it fail, the thing is gone, or the next connection sees to it. */
export function inBackground(
  { world }: { readonly world: AsteriskWorld },
  what: string,
  action: () => Promise<unknown>,
): void {
  const run = async (): Promise<void> => {
    try {
      await action();
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      world.log.info('a follow-up was not done', { what, reason });
    }
  };
  void run();
}
