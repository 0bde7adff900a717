import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** UDP ports of the loopback that nobody uses now, all different. */
export async function freeUdpPorts(count: number): Promise<readonly number[]> {
  // All are held at once and then let go, so that the system cannot hand out one twice.
  const sockets = Array.from({ length: count }, () => createSocket('udp4'));
  await Promise.all(
    sockets.map(
      async (socket) =>
        new Promise<void>((resolve, reject) => {
          socket.once('error', reject).bind(0, '127.0.0.1', resolve);
        }),
    ),
  );
  const ports = sockets.map((socket) => socket.address().port);
  await Promise.all(
    sockets.map(
      async (socket) =>
        new Promise<void>((resolve) => {
          socket.close(resolve);
        }),
    ),
  );
  return ports;
}

/** A TCP port of the loopback that nobody uses now. */
export async function freeTcpPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') {
    throw new Error('a TCP server without a port');
  }
  return address.port;
}
