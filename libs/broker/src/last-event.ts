import { type EventPosition, eventStream } from '@gatecast/contracts';
import type { BrokerConnection } from './connection.js';
import { eventMetaOf } from './event-message.js';
import { isNotFound } from './streams.js';

/** Returns which event is the last one in the stream; undefined when the stream holds none. */
export async function lastEvent(connection: BrokerConnection): Promise<EventPosition | undefined> {
  const jsm = await connection.live().jetstreamManager({ checkAPI: false });
  try {
    const { header } = await connection.untilLost(jsm.streams.getMessage(eventStream, { last_by_subj: '>' }));
    const meta = eventMetaOf(header);
    if (!meta) throw new Error('The last message in the stream is no event.');
    const { organizationId, revision, logEpoch } = meta;
    return { organizationId, revision, correlationId: header.get('Nats-Msg-Id'), logEpoch };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
