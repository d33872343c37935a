import { type BrokerConnection, BrokerUnavailableError, request } from '@gatecast/broker';
import {
  type AuthenticatedGateway,
  type AuthenticateReply,
  type AuthenticateRequest,
  type CursorsRequest,
  type EventLogReply,
  type EventLogRequest,
  nowMs,
  type PresenceReply,
  type PresenceRequest,
  type Revision,
  subjects,
} from '@gatecast/contracts';
import { gather } from './gather.js';
import type { MissedEvents } from './subscription.js';
import type { HeldEvent } from './window.js';

export type Authenticated = AuthenticatedGateway & { readonly logEpoch: string };

/** One page of an event log. */
export type LogPage = Omit<EventLogReply, 'events'> & { readonly events: readonly HeldEvent[] };

/** What an edge asks artifacts-service, which alone reads the database. Every rejection means: could not be told. */
export interface ArtifactsService extends MissedEvents {
  /** Returns whom a token belongs to; null: it is unknown or revoked. Questions asked together travel together. */
  authenticate(tokenHash: string): Promise<Authenticated | null>;
  /** Reads one page of an organization's whole event log. */
  readLog(organizationId: string, after: Revision, through: Revision): Promise<LogPage>;
  /** Resolves when the cursors are stored. */
  reportCursors(cursors: CursorsRequest): Promise<void>;
  reportPresence(presence: PresenceRequest): Promise<PresenceReply>;
}

const timeoutMs = 5_000;
const togetherMax = 500;
/** Gateways read the event log together when they begin about as far back, so that none waits for another's long past. */
const revisionsApart = 2_000;

interface MissedQuestion {
  readonly organizationId: string;
  readonly gatewayId: string;
  readonly after: Revision;
  readonly through: Revision;
}

/** Returns the questions on a connection. */
export function askArtifactsService(connection: BrokerConnection): ArtifactsService {
  async function authenticateAll(tokenHashes: readonly string[]): Promise<(Authenticated | null)[]> {
    const body: AuthenticateRequest = { tokenHashes };
    const { gateways, logEpoch } = await request<AuthenticateReply>(connection, subjects.authenticate, body, timeoutMs);
    if (gateways.length !== tokenHashes.length) throw new BrokerUnavailableError('The answer does not fit the question.');
    return gateways.map((gateway) => gateway && { ...gateway, logEpoch });
  }

  async function readPage(body: EventLogRequest): Promise<LogPage> {
    const page = await request<EventLogReply>(connection, subjects.eventLog, body, timeoutMs);
    const heardAtMs = nowMs();
    const events = page.events.map((event) => ({
      ...event,
      organizationId: body.organizationId,
      publishedAtMs: null,
      heardAtMs,
      frame: Buffer.from(event.frame),
    }));
    return { ...page, events };
  }

  /** One page for many gateways of one organization: each finds in it what follows its own position. */
  async function readMissed(questions: readonly MissedQuestion[]): Promise<LogPage[]> {
    const after = Math.min(...questions.map((question) => question.after));
    const page = await readPage({
      organizationId: questions[0]?.organizationId ?? '',
      gatewayIds: [...new Set(questions.map(({ gatewayId }) => gatewayId))],
      after,
      through: Math.max(...questions.map(({ through }) => through)),
    });
    if (page.through <= after) throw new BrokerUnavailableError('The event log does not reach as far as it was heard to.');
    return questions.map(() => page);
  }

  const readTogether = gather(
    ({ organizationId, after }: MissedQuestion) => `${organizationId} ${Math.floor(after / revisionsApart)}`,
    togetherMax,
    readMissed,
  );

  return {
    authenticate: gather(() => 'token', togetherMax, authenticateAll),

    readLog: (organizationId, after, through) => readPage({ organizationId, after, through }),

    // Gathered from as many pages as fit, so that superseded events fall out of it even when they are pages apart.
    async read(organizationId, gatewayId, after, through, bytesMax) {
      const events: HeldEvent[] = [];
      let position = after;
      let bytes = 0;
      while (position < through && bytes < bytesMax) {
        const page = await readTogether({ organizationId, gatewayId, after: position, through });
        if (page.trimmedThrough > position) return 'trimmed';
        for (const event of page.events) {
          if (event.revision <= position || event.revision > through) continue;
          if (event.gatewayId !== null && event.gatewayId !== gatewayId) continue;
          events.push(event);
          bytes += event.frame.byteLength;
        }
        position = Math.max(position, Math.min(page.through, through));
      }
      return { events, through: position };
    },

    async reportCursors(cursors) {
      await request(connection, subjects.cursors, cursors, timeoutMs);
    },

    reportPresence: (presence) =>
      request<PresenceReply>(
        connection,
        subjects.presence,
        { ...presence, sentAtMs: nowMs() } satisfies PresenceRequest,
        timeoutMs,
      ),
  };
}
