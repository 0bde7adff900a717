import type { LegId } from '../../core/prelude/ids.ts';
import type { DriverEvent } from '../driver.ts';
import type { Devices } from './devices.ts';
import type { Ari } from './generated/ari.ts';
import type { Legs } from './legs.ts';
import type { Names } from './names.ts';
import type { AsteriskTarget, AsteriskWorld } from './settings.ts';

/** A speech that shall end. */
export interface Stopping {
  /** Resolves when it has, or when there is no hope that it will. */
  readonly ended: Promise<void>;
  readonly end: () => void;
}

/** What commands and events of one driver share. */
export interface DriverParts {
  readonly target: AsteriskTarget;
  readonly world: AsteriskWorld;
  readonly names: Names;
  readonly legs: Legs;
  readonly devices: Devices;
  /** The speeches that Asterisk has taken and not ended, by their names on the PBX, and who hears them. */
  readonly playing: Map<string, LegId>;
  /** Those of them that shall not go on. */
  readonly stopped: Map<string, Stopping>;
  /** Holding bridges whose music this connection has seen to. */
  readonly musical: Set<string>;
  /** The requests of the standing connection. @throws DriverInDoubt while there is none */
  readonly ari: () => Ari;
  /** Whether Asterisk carries out requests in the order in which they are sent. */
  readonly keepsOrder: () => boolean;
  readonly emit: (event: DriverEvent) => void;
}
