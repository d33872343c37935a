import { eventHeaders, eventStream, type Revision } from '@gatecast/contracts';
import type { BrokerConnection } from './connection.js';
import { isNotFound } from './streams.js';

export interface StreamPosition {
  readonly organizationId: string;
  readonly revision: Revision;
  readonly correlationId: string;
  readonly logEpoch: string;
}

/** Returns which event is the last one in the stream; undefined when the stream holds none. */
export async function lastEvent(connection: BrokerConnection): Promise<StreamPosition | undefined> {
  const jsm = await connection.live().jetstreamManager({ checkAPI: false });
  try {
    const { header } = await connection.untilLost(jsm.streams.getMessage(eventStream, { last_by_subj: '>' }));
    return {
      organizationId: header.get(eventHeaders.organization),
      revision: Number(header.get(eventHeaders.revision)),
      correlationId: header.get('Nats-Msg-Id'),
      logEpoch: header.get(eventHeaders.logEpoch),
    };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
