import { type BrokerConnection, eventMetaOf } from '@gatecast/broker';
import { artifactEnvelope, eventStream } from '@gatecast/contracts';
import { type Database, newId, sql } from '@gatecast/database';
import { expect } from 'vitest';
import { appendEvents } from '../../../services/api-service/dist/event-log/append.js';

/** Commits events in one transaction: for one gateway, or for all with `null`. */
export async function commitEvents(
  database: Database,
  organizationId: string,
  count = 1,
  gatewayId: string | null = newId(),
): Promise<void> {
  const events = Array.from({ length: count }, () => {
    const [correlationId, artifactId] = [newId(), newId()];
    const envelope = artifactEnvelope({ kind: 'Mcp', verb: 'deleted', artifactId }, correlationId, new Date(), 'test');
    const frame = JSON.stringify(envelope);
    const about = { entityType: 'artifact', entityId: artifactId, action: 'DELETE', type: envelope.type } as const;
    return { correlationId, gatewayId, ...about, frame, userId: 'test' };
  });
  await database.transaction((transaction) => appendEvents(transaction, organizationId, events));
}

export interface PublishedEvent {
  readonly id: string;
  readonly organizationId: string;
  readonly revision: number;
  readonly subject: string;
  readonly frame: string;
  readonly logEpoch: string;
}

const streams = async (connection: BrokerConnection) => (await connection.live().jetstreamManager()).streams;

/** Everything in the stream, in its order. */
export async function publishedEvents(connection: BrokerConnection): Promise<PublishedEvent[]> {
  const all = await streams(connection);
  const { state } = await all.info(eventStream, { deleted_details: true });
  const removed = new Set(state.deleted);
  const sequences = Array.from({ length: state.last_seq - state.first_seq + 1 }, (_, index) => state.first_seq + index).filter(
    (sequence) => !removed.has(sequence),
  );
  return Promise.all(
    sequences.map(async (seq) => {
      const { header, subject, data } = await all.getMessage(eventStream, { seq });
      const meta = eventMetaOf(header);
      return {
        id: header.get('Nats-Msg-Id'),
        organizationId: meta?.organizationId ?? '',
        revision: meta?.revision ?? 0,
        subject,
        frame: new TextDecoder().decode(data),
        logEpoch: meta?.logEpoch ?? '',
      };
    }),
  );
}

/** How many events are in the stream; 0 also while it can't be asked. */
export async function publishedEventCount(connection: BrokerConnection): Promise<number> {
  try {
    return (await (await streams(connection)).info(eventStream)).state.messages;
  } catch {
    return 0;
  }
}

/** Every committed event is in the stream once, each organization's in the order of its revisions. */
export async function expectEveryEventOnceInOrder(database: Database, connection: BrokerConnection): Promise<void> {
  const log = await database.query<PublishedEvent>(sql`
    SELECT organization_id AS "organizationId", revision, id, frame,
           CASE WHEN gateway_id IS NULL THEN 'org.' || organization_id || '.event' ELSE 'gateway.' || gateway_id || '.event' END AS subject,
           (SELECT epoch FROM log_epoch) AS "logEpoch"
    FROM events ORDER BY organization_id, revision`);
  const events = await publishedEvents(connection);
  for (const organizationId of new Set(log.map((event) => event.organizationId))) {
    const own = (all: readonly PublishedEvent[]) => all.filter((event) => event.organizationId === organizationId);
    expect(own(events)).toEqual(own(log));
  }
  expect(events).toHaveLength(log.length);
}
