import type { EventPosition } from './stream-event.js';

/**
 * The last event of organizations up to which an edge has heard everything. What was heard was committed: the database has it there
 * (or has trimmed it), unless it was set back since.
 */
export interface HeardEvents {
  readonly events: readonly EventPosition[];
}

/** What events that were published are about. */
export interface HeardEntity {
  readonly organizationId: string;
  /** Null: for every gateway of the organization. */
  readonly gatewayId: string | null;
  /** E.g. `artifact:<uuid>`. */
  readonly entity: string;
  /** Of the last event about it, e.g. `api.deployed`. */
  readonly type: string;
}

/** A part of an edge's answer to what it has heard of. */
export interface HeardEntities {
  readonly entities: readonly HeardEntity[];
}
