import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a TCP port of this machine that can be cut and mended: a network that fails between two programs. */
export class CuttableProxy {
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;

  private constructor(target: number) {
    this.#target = target;
  }

  /** Opens a way to `target` on a port of its own. */
  static async to(target: number): Promise<CuttableProxy> {
    const proxy = new CuttableProxy(target);
    await proxy.mend();
    return proxy;
  }

  /** Where to connect to; the same after it was cut and mended. */
  get port(): number {
    return this.#port;
  }

  /** Breaks every connection and refuses new ones, until it is mended. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Lets connections through again. */
  async mend(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer((near) => {
      this.#join(near, connect(this.#target, '127.0.0.1'));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.#port, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a server without a port');
    this.#port = address.port;
    this.#server = server;
  }

  #join(near: Socket, far: Socket): void {
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined); // Its end follows, and is what counts.
      socket.on('close', () => {
        this.#sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  }
}
