import type { EventSeen } from './books.ts';

/** Is told of everything that happens in a schedule. */
export interface Observer {
  /** One sentence of the story. */
  tell(what: string): void;
  fault(kind: string): void;
  point(point: string): void;
  errand(kind: string): void;
  event(event: EventSeen): void;
}
