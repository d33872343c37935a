import { type BrokerConnection, requestAll, streamedEntities } from '@gatecast/broker';
import { type HeardEntities, type HeardEntity, subjects } from '@gatecast/contracts';

/** Edges answer within a moment; one that does not is perhaps dead. */
const edgesAnswerMs = 1_500;

/**
 * Returns what published events are about: those in the stream, and those in the edges' windows, which are still there when the broker was
 * wiped. @throws BrokerUnavailableError when the stream could not be read.
 */
export async function heardEntities(connection: BrokerConnection): Promise<HeardEntity[]> {
  const [streamed, answers] = await Promise.all([
    streamedEntities(connection),
    requestAll<HeardEntities>(connection, subjects.heardEntities, {}, edgesAnswerMs),
  ]);
  return [...streamed, ...answers.flatMap(({ entities }) => entities)];
}
