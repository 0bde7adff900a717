import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import type { RingbackNode } from '../support/ringback-node.ts';

/** Start a node with these settings to have its heap weighed: it opens the debugger's door on a port of its own. */
export const WEIGHABLE = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** How much memory a process takes, in bytes. */
export interface Weight {
  /** All of it, as the system sees it (proc(5), `VmRSS`). */
  readonly resident: number;
  /** What the program itself holds on to: JavaScript objects, after everything unused was collected. */
  readonly heap: number;
}

/** Weighs a node that was started with WEIGHABLE. */
export async function weigh(node: RingbackNode): Promise<Weight> {
  const url = /ws:\/\/127\.0\.0\.1:\d+\/[\w-]+/.exec(node.output())?.[0];
  if (url === undefined) throw new Error('the node was not started with WEIGHABLE');
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve).once('error', reject);
  });
  try {
    await ask(socket, 'HeapProfiler.collectGarbage');
    const { usedSize } = await ask(socket, 'Runtime.getHeapUsage');
    return { resident: residentOf(node), heap: usedSize ?? Number.NaN };
  } finally {
    socket.close();
  }
}

/** One question in the debugger's protocol (https://chromedevtools.github.io/devtools-protocol). */
async function ask(socket: WebSocket, method: string): Promise<{ readonly usedSize?: number }> {
  const answer = new Promise<{ readonly usedSize?: number }>((resolve) => {
    socket.once('message', (data: Buffer) => {
      // The protocol says so; a wrong shape gives no number, and the test fails.
      // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- see above
      resolve((JSON.parse(data.toString()) as { result: { usedSize?: number } }).result);
    });
  });
  socket.send(JSON.stringify({ id: 1, method }));
  return answer;
}

function residentOf({ pid }: RingbackNode): number {
  const status = readFileSync(`/proc/${pid.toString()}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
