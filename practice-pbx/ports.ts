import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { PracticeRefusal } from './refusal.ts';

/** So many ports are tried; whoever has more of them taken has another problem. */
const TRIES_MAX = 20;

/** The first UDP port of an address that nobody uses: `from`, or every second one after it, as RTP and SIP habits go. */
export async function freeUdpPort(address: string, from: number): Promise<number> {
  return firstFree(from, async (port) => {
    const socket = createSocket('udp4');
    const isFree = await new Promise<boolean>((resolve) => {
      socket.once('error', () => {
        resolve(false);
      });
      socket.bind(port, address, () => {
        resolve(true);
      });
    });
    socket.close();
    return isFree;
  });
}

/** The same for TCP. */
export async function freeTcpPort(address: string, from: number): Promise<number> {
  return firstFree(from, async (port) => {
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => {
        resolve(false);
      });
      server.listen(port, address, () => {
        resolve(true);
      });
    });
    await new Promise((resolve) => server.close(resolve));
    return isFree;
  });
}

async function firstFree(
  from: number,
  isFree: (port: number) => Promise<boolean>,
): Promise<number> {
  const last = from + 2 * (TRIES_MAX - 1);
  for (let port = from; port <= last; port += 2) {
    if (await isFree(port)) return port;
  }
  throw new PracticeRefusal(
    `All ports from ${from.toString()} to ${last.toString()} are taken. End what uses them, then start again.`,
  );
}
