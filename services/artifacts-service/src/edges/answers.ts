import { answerRequests, type BrokerConnection } from '@gatecast/broker';
import { subjects } from '@gatecast/contracts';
import type { Queryable } from '@gatecast/database';
import type { Logger } from '@gatecast/service-kit';
import { authenticate } from './authenticate.js';
import { cursorStore } from './cursors.js';
import { readEventLog } from './event-log.js';
import { createPresenceAnnouncement, storePresence } from './presence.js';
import { authenticateRequest, cursorsRequest, eventLogRequest, MalformedRequestError, presenceRequest } from './requests.js';

/** Replicas share the requests under this name. */
const queue = 'artifacts-service';

/** Answers the edges' requests. Resolves when all are subscribed, which is when the broker is there for the first time. */
export async function answerEdges(connection: BrokerConnection, database: Queryable, logger: Logger): Promise<void> {
  const cursors = cursorStore(database);
  const announcePresence = createPresenceAnnouncement(connection);
  const answer = (subject: string, handle: (body: unknown) => Promise<unknown>) =>
    answerRequests(connection, subject, queue, handle, (error) => {
      if (error instanceof MalformedRequestError) logger.warn({ err: error, subject }, 'malformed request of an edge');
      else logger.error({ err: error, subject }, 'request of an edge failed');
    });

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
