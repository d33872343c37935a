import { type EventPosition, eventStream } from '@gatecast/contracts';
import type { MsgHdrs } from 'nats';
import type { BrokerConnection } from './connection.js';
import { eventMetaOf } from './event-message.js';
import { isNotFound } from './streams.js';

/** Returns which event is the last one in the stream, whatever else somebody has put there after it; undefined when the stream holds none. */
export async function lastEvent(connection: BrokerConnection): Promise<EventPosition | undefined> {
  const jsm = await connection.live().jetstreamManager({ checkAPI: false });

  async function headersAt(sequence: number): Promise<MsgHdrs | undefined> {
    try {
      return (await connection.untilLost(jsm.streams.getMessage(eventStream, { seq: sequence }))).header;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  const { state } = await connection.untilLost(jsm.streams.info(eventStream));
  if (state.messages === 0) return undefined;
  for (let sequence = state.last_seq; sequence >= state.first_seq; sequence -= 1) {
    const headers = await headersAt(sequence);
    const meta = eventMetaOf(headers);
    if (!headers || !meta) continue;
    const { organizationId, revision, logEpoch } = meta;
    return { organizationId, revision, correlationId: headers.get('Nats-Msg-Id'), logEpoch };
  }
  return undefined;
}
