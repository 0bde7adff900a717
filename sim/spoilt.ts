import type { Connections, Role, RunStatement } from '../store/database.ts';

/** The statement that writes what was decided about an interaction: its second value is the interaction, the third the change. */
const SAVES = 'situations/save-decision';

/**
 * Connections on which nothing can be written about the interaction that `spoilt` names, but that it is set aside: a row
 * that a bug or a hand in the database has spoilt.
 */
export function withSpoiltRow(
  lend: (role: Role) => Connections,
  spoilt: () => string | null,
): (role: Role) => Connections {
  return (role) => {
    const connections = lend(role);
    return {
      ...connections,
      connect: async () => {
        const lent = await connections.connect();
        const query: RunStatement = async (statement, values) => {
          const name = typeof statement === 'string' ? statement : statement.name;
          if (name === SAVES && isAbout(values ?? valuesOf(statement), spoilt())) {
            throw new Error('the row is spoilt');
          }
          return lent.query(statement, values);
        };
        return {
          query,
          on: (event, listener) => lent.on(event, listener),
          removeListener: (event, listener) => lent.removeListener(event, listener),
          release: (broken) => {
            lent.release(broken);
          },
        };
      },
    };
  };
}

function valuesOf(statement: Parameters<RunStatement>[0]): readonly unknown[] {
  return typeof statement === 'string' ? [] : (statement.values ?? []);
}

function isAbout(values: readonly unknown[], interactionId: string | null): boolean {
  const isIt = interactionId !== null && values[1] === interactionId;
  return isIt && !JSON.stringify(values[2]).includes('callback.poisoned');
}
