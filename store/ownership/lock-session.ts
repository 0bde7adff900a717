import pg from 'pg';
import type { PbxId } from '../../core/prelude/ids.ts';

/**
 * A direct connection that holds advisory locks, one per PBX. It only makes take-overs quicker than the lease: when a
 * process dies, its locks go with it at once; when it is stopped, the server ends the session after five idle seconds.
 */
export class LockSession {
  private readonly url: string;
  private readonly onNotice: (channel: string, payload: string) => void;
  private client: pg.Client | null = null;

  /** @param onNotice called for every NOTIFY on the channel `ringback` */
  constructor(url: string, onNotice: (channel: string, payload: string) => void) {
    this.url = url;
    this.onNotice = onNotice;
  }

  /** Tries to lock one PBX; false while another session holds it. Locking twice is fine. */
  async tryLock(pbxId: PbxId): Promise<boolean> {
    const client = await this.connected();
    const { rows } = await client.query<{ held: boolean }>(
      `select exists (
         select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted
            and (classid::bigint << 32 | objid::bigint) = hashtextextended($1, 0)
       ) or pg_try_advisory_lock(hashtextextended($1, 0)) as held`,
      [`ringback pbx ${pbxId}`],
    );
    return rows[0]?.held ?? false;
  }

  /** Gives a lock back. */
  async unlock(pbxId: PbxId): Promise<void> {
    if (this.client === null) return;
    await this.client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [
      `ringback pbx ${pbxId}`,
    ]);
  }

  /** A sign of life; without one every five seconds the server ends the session. */
  async beat(): Promise<void> {
    await (await this.connected()).query('select 1');
  }

  /** Ends the session and with it every lock. */
  async close(): Promise<void> {
    const client = this.client;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private async connected(): Promise<pg.Client> {
    if (this.client !== null) return this.client;
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'ringback owner',
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
      options: '-c role=ringback_engine -c idle_session_timeout=5s -c tcp_user_timeout=5s',
    });
    // Whatever ended it, the next use makes a new session; locks of the old one are gone with it.
    const forget = (): void => {
      if (this.client === client) this.client = null;
    };
    client.on('error', forget);
    client.on('end', forget);
    client.on('notification', ({ channel, payload }) => {
      this.onNotice(channel, payload ?? '');
    });
    await client.connect();
    await client.query('listen ringback');
    this.client = client;
    return client;
  }
}
