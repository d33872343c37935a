import { type Database, sql } from '@gatecast/database';
import type { Fleet } from './simulated-gateways.js';

/** What became of the events of an organization at the gateways of some fleets. */
export interface Deliveries {
  /** When each event was committed, in milliseconds since 1970 with a fraction, by correlation id. */
  readonly committedAtMs: ReadonlyMap<string, number>;
  /** How often what a gateway read is not what the event log has for it; all zero when nothing went wrong. */
  readonly faults: DeliveryFaults;
}

export interface DeliveryFaults {
  /** Events that a gateway did not read although no later one of the same entity superseded them. */
  readonly missed: number;
  /** Events that a gateway read and that were not for it. */
  readonly invented: number;
  readonly doubled: number;
  readonly disordered: number;
}

/** What a fleet has read. */
export type HeardByFleet = Pick<Fleet, 'gateways' | 'faults'>;

interface LoggedRow {
  readonly correlationId: string;
  readonly gatewayId: string | null;
  readonly entity: string;
  readonly committedAtMs: number;
}

/** Compares what the gateways of an organization's fleets have read with what its event log has for them, when nothing is missed or after a while. */
export async function compareDeliveries(
  database: Database,
  organizationId: string,
  fleets: readonly HeardByFleet[],
): Promise<Deliveries> {
  for (let tries = 0; ; tries += 1) {
    const deliveries = await compareNow(database, organizationId, fleets);
    if (deliveries.faults.missed === 0 || tries === triesMax) return deliveries;
    await new Promise((resolve) => setTimeout(resolve, betweenTriesMs));
  }
}

const triesMax = 20;
const betweenTriesMs = 500;

async function compareNow(database: Database, organizationId: string, fleets: readonly HeardByFleet[]): Promise<Deliveries> {
  const events = await database.query<LoggedRow>(sql`
    SELECT id AS "correlationId", gateway_id AS "gatewayId", entity_type || ':' || entity_id AS entity,
      (extract(epoch FROM committed_at) * 1000)::float8 AS "committedAtMs"
    FROM events WHERE organization_id = ${organizationId} ORDER BY revision`);
  const ofAll = events.filter(({ gatewayId }) => gatewayId === null);
  const ofGateway = new Map<string | null, LoggedRow[]>();
  for (const event of events) {
    const own = ofGateway.get(event.gatewayId);
    if (own) own.push(event);
    else ofGateway.set(event.gatewayId, [event]);
  }

  const faults = { missed: 0, invented: 0, doubled: 0, disordered: 0 };
  for (const fleet of fleets) {
    faults.doubled += fleet.faults.doubled;
    faults.disordered += fleet.faults.disordered;
    for (const { id, heard } of fleet.gateways) {
      const owed = [...(ofGateway.get(id) ?? []), ...ofAll];
      const last = new Set(new Map(owed.map(({ entity, correlationId }) => [entity, correlationId])).values());
      for (const correlationId of last) if (!heard.has(correlationId)) faults.missed += 1;
      faults.invented += heard.size - owed.filter(({ correlationId }) => heard.has(correlationId)).length;
    }
  }
  return { committedAtMs: new Map(events.map(({ correlationId, committedAtMs }) => [correlationId, committedAtMs])), faults };
}
