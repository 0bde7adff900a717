import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Below the ports that the system hands out itself, and above those of Asterisk's RTP: one range for each Vitest worker. */
const UDP_RANGES = [
  { first: 21_000, last: 25_999 },
  { first: 26_000, last: 30_999 },
] as const;
/** sipp binds the ports right behind the one for its audio as well. */
const UDP_STEP = 4;

const range = UDP_RANGES[Number(process.env['VITEST_POOL_ID'] ?? '1') % 2] ?? UDP_RANGES[0];
const steps = Math.floor((range.last - range.first) / UDP_STEP);
let nextUdpPort = range.first + UDP_STEP * randomInt(steps);

/** UDP ports of the loopback that nobody uses now, none of them handed out twice for a long time. */
export async function freeUdpPorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = nextUdpPort;
    nextUdpPort = port + 2 * UDP_STEP > range.last ? range.first : port + UDP_STEP;
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  const bound = await new Promise<boolean>((resolve) => {
    socket
      .once('error', () => {
        resolve(false);
      })
      .bind(port, '127.0.0.1', () => {
        resolve(true);
      });
  });
  await new Promise<void>((resolve) => {
    socket.close(resolve);
  });
  return bound;
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
