import pg from 'pg';
import type { PbxId } from '../../core/prelude/ids.ts';

/** Locks that die with their holder; they only make a take-over quicker than the lease. */
export interface OwnerLock {
  /** Tries to lock one PBX; false while somebody else holds it. Locking twice is fine. */
  tryLock(pbxId: PbxId): Promise<boolean>;
  /** Gives a lock back. */
  unlock(pbxId: PbxId): Promise<void>;
  /** A sign of life; without one for five seconds the locks are lost. */
  beat(): Promise<void>;
  /** Gives every lock back. */
  close(): Promise<void>;
}

/**
 * A direct connection that holds advisory locks, one per PBX. It only makes take-overs quicker than the lease: when a
 * process dies, its locks go with it at once; when it is stopped, the server ends the session after five idle seconds.
 */
export class LockSession implements OwnerLock {
  private readonly url: string;
  private readonly onNotice: () => void;
  private client: pg.Client | null = null;

  /** @param onNotice called for every NOTIFY on the channel `ringback` */
  constructor(url: string, onNotice: () => void) {
    this.url = url;
    this.onNotice = onNotice;
  }

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

  async unlock(pbxId: PbxId): Promise<void> {
    if (this.client === null) return;
    await this.client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [
      `ringback pbx ${pbxId}`,
    ]);
  }

  async beat(): Promise<void> {
    await (await this.connected()).query('select 1');
  }

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
    client.on('notification', () => {
      this.onNotice();
    });
    await client.connect();
    await client.query('listen ringback');
    this.client = client;
    return client;
  }
}
