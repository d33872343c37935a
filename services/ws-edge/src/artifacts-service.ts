import { type BrokerConnection, BrokerUnavailableError, request } from '@gatecast/broker';
import {
  type AuthenticatedGateway,
  type AuthenticateReply,
  type AuthenticateRequest,
  type CursorsRequest,
  type EventLogReply,
  type EventLogRequest,
  type PresenceReply,
  type PresenceRequest,
  type Revision,
  subjects,
} from '@gatecast/contracts';
import type { MissedEvents } from './subscription.js';
import type { HeldEvent } from './window.js';

export type Authenticated = AuthenticatedGateway & { readonly logEpoch: string };

/** One page of an event log; `events` null: trimmed. */
export interface LogPage {
  readonly logEpoch: string;
  readonly events: readonly HeldEvent[] | null;
  readonly through: Revision;
}

/** What an edge asks artifacts-service, which alone reads the database. Every rejection means: could not be told. */
export interface ArtifactsService extends MissedEvents {
  /** Returns whom a token belongs to; null: it is unknown or revoked. Questions asked together travel together. */
  authenticate(tokenHash: string): Promise<Authenticated | null>;
  /** Reads one page of an organization's whole event log; null: trimmed beyond `after`. */
  readLog(organizationId: string, after: Revision, through: Revision): Promise<LogPage>;
  /** Resolves when the cursors are stored. */
  reportCursors(cursors: CursorsRequest): Promise<void>;
  reportPresence(presence: PresenceRequest): Promise<PresenceReply>;
}

const timeoutMs = 5_000;
const authenticateMax = 500;
/** Tokens that arrive within this time are asked for together: in a storm a hundred cost hardly more than one. */
const gatherMs = 4;

/** Returns the questions on a connection. */
export function askArtifactsService(connection: BrokerConnection): ArtifactsService {
  const waiting: { tokenHash: string; resolve(answer: Authenticated | null): void; reject(error: unknown): void }[] = [];

  async function authenticateWaiting(): Promise<void> {
    const batch = waiting.splice(0, authenticateMax);
    if (waiting.length > 0) void authenticateWaiting();
    try {
      const body: AuthenticateRequest = { tokenHashes: batch.map(({ tokenHash }) => tokenHash) };
      const { gateways, logEpoch } = await request<AuthenticateReply>(connection, subjects.authenticate, body, timeoutMs);
      if (gateways.length !== batch.length) throw new BrokerUnavailableError('The answer does not fit the question.');
      batch.forEach(({ resolve }, index) => {
        const gateway = gateways[index];
        resolve(gateway ? { ...gateway, logEpoch } : null);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  async function readPage(body: EventLogRequest): Promise<LogPage> {
    const page = await request<EventLogReply>(connection, subjects.eventLog, body, timeoutMs);
    const heardAtMs = Date.now();
    const events = page.events?.map((event) => ({
      ...event,
      organizationId: body.organizationId,
      publishedAtMs: null,
      heardAtMs,
      frame: Buffer.from(event.frame),
    }));
    return { logEpoch: page.logEpoch, events: events ?? null, through: page.through };
  }

  return {
    authenticate: (tokenHash) =>
      new Promise((resolve, reject) => {
        waiting.push({ tokenHash, resolve, reject });
        if (waiting.length === 1) setTimeout(() => void authenticateWaiting(), gatherMs);
      }),

    readLog: (organizationId, after, through) => readPage({ organizationId, after, through }),

    // Gathered from as many pages as fit, so that superseded events fall out of it even when they are pages apart.
    async read(organizationId, gatewayId, after, through, bytesMax) {
      const events: HeldEvent[] = [];
      let position = after;
      let bytes = 0;
      while (position < through && bytes < bytesMax) {
        const page = await readPage({ organizationId, gatewayId, after: position, through });
        if (page.events === null) return 'trimmed';
        if (page.through <= position) throw new BrokerUnavailableError('The event log does not reach as far as it was heard to.');
        for (const event of page.events) {
          events.push(event);
          bytes += event.frame.byteLength;
        }
        position = page.through;
      }
      return { events, through: position };
    },

    async reportCursors(cursors) {
      await request(connection, subjects.cursors, cursors, timeoutMs);
    },

    reportPresence: (presence) => request<PresenceReply>(connection, subjects.presence, presence, timeoutMs),
  };
}
