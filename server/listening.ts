/** What listens; a server of fastify is one. */
export interface Listener {
  listen(where: { readonly host: string; readonly port: number }): Promise<unknown>;
}

/** The port is taken, or the address is not one of this machine. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
}

/** Opens the door. @throws CannotListen with what would help. */
export async function listenOn(
  server: Listener,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    throw new CannotListen(problemOf(error, host, port), { cause: error });
  }
}

function problemOf(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const place = `port ${port.toString()} of ${host}`;
  if (code === 'EADDRINUSE') {
    return `Another program uses ${place}. Stop it, or choose another port with RINGBACK_PORT.`;
  }
  if (code === 'EACCES') {
    return `This user may not listen on ${place}. Choose a port from 1024 up with RINGBACK_PORT.`;
  }
  const why = error instanceof Error ? error.message : String(error);
  return `Ringback cannot listen on ${place} (${why}). Check RINGBACK_HOST and RINGBACK_PORT.`;
}
