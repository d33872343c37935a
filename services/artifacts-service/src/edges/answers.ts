import { answerRequests, type BrokerConnection } from '@gatecast/broker';
import { subjects } from '@gatecast/contracts';
import type { Database } from '@gatecast/database';
import type { Logger } from '@gatecast/service-kit';
import type { ArtifactsServiceMetrics } from '../metrics.js';
import { createCursorAnnouncement, createPresenceAnnouncement } from './announcements.js';
import { authenticate } from './authenticate.js';
import { cursorStore } from './cursors.js';
import { readEventLog } from './event-log.js';
import { storePresence } from './presence.js';
import { authenticateRequest, cursorsRequest, eventLogRequest, MalformedRequestError, presenceRequest } from './requests.js';

/** Replicas share the requests under this name. */
const queue = 'artifacts-service';

/** Answers the edges' requests. Resolves when all are subscribed, which is when the broker is there for the first time. */
export async function answerEdges(
  connection: BrokerConnection,
  database: Pick<Database, 'query' | 'transaction'>,
  logger: Logger,
  { onEdgeRequest }: Pick<ArtifactsServiceMetrics, 'onEdgeRequest'>,
): Promise<void> {
  const cursors = cursorStore(database, createCursorAnnouncement(connection));
  const announcePresence = createPresenceAnnouncement(connection);
  const answer = (subject: string, handle: (body: unknown) => Promise<unknown>) => {
    const name = subject.slice(subject.lastIndexOf('.') + 1);
    return answerRequests(
      connection,
      subject,
      queue,
      async (body) => {
        const began = performance.now();
        const over = (outcome: 'answered' | 'failed') => onEdgeRequest(name, outcome, (performance.now() - began) / 1_000);
        try {
          const answered = await handle(body);
          over('answered');
          return answered;
        } catch (error) {
          over('failed');
          throw error;
        }
      },
      (error) => {
        if (error instanceof MalformedRequestError) logger.warn({ err: error, subject }, 'malformed request of an edge');
        else logger.error({ err: error, subject }, 'request of an edge failed');
      },
    );
  };

  await Promise.all([
    answer(subjects.authenticate, (body) => authenticate(database, authenticateRequest(body))),
    answer(subjects.eventLog, (body) => readEventLog(database, eventLogRequest(body))),
    answer(subjects.cursors, async (body) => {
      await cursors.store(cursorsRequest(body));
      return {};
    }),
    answer(subjects.presence, (body) => storePresence(database, presenceRequest(body), announcePresence)),
  ]);
}
