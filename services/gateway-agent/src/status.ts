import type { EventRecord, Gateway, GatewayStore, StoredApiKey, StoredArtifact } from '@gatecast/gateway-client';
import { type HttpApp, HttpError } from '@gatecast/service-kit';

/** What became of the events since the process started. */
export interface EventHistory {
  record(event: EventRecord): void;
  /** Number of frames by outcome, and of acks written. */
  counters(): { readonly outcomes: Readonly<Record<string, number>>; readonly acked: number };
  /** The last ones, oldest first. */
  last(): readonly EventRecord[];
}

const eventsKept = 100;

/** Returns a history that keeps the last hundred events and counts all. */
export function eventHistory(): EventHistory {
  const last: EventRecord[] = [];
  const outcomes: Record<string, number> = {};
  let acked = 0;
  return {
    record(event) {
      outcomes[event.outcome] = (outcomes[event.outcome] ?? 0) + 1;
      if (event.acked) acked += 1;
      last.push(event);
      if (last.length > eventsKept) last.shift();
    },
    counters: () => ({ outcomes, acked }),
    last: () => last,
  };
}

/**
 * Adds `GET /status`, `GET /artifacts/:id/content` and `GET /artifacts/:id/api-keys`: what this gateway does and holds, for people and
 * tests. Of credentials only what is no secret.
 */
export function serveStatus(
  app: HttpApp,
  gateway: Pick<Gateway, 'state' | 'session' | 'sync'>,
  store: GatewayStore,
  history: EventHistory,
): void {
  app.get('/status', async () => ({
    connection: { state: gateway.state, ...gateway.session },
    sync: gateway.sync,
    counters: history.counters(),
    events: history.last(),
    artifacts: store.artifacts().map(summary),
    ...store.transaction(({ apiKeys, subscriptions, plans, applications, secrets }) => ({
      apiKeys: apiKeys.all().map(keySummary),
      subscriptions: subscriptions.all().map(({ tokenSha256, ...subscription }) => subscription),
      plans: plans.all(),
      applications: applications.all(),
      secrets: secrets.all().map(({ id }) => id),
    })),
  }));

  app.get<{ Params: { id: string } }>('/artifacts/:id/content', async (request, reply) => {
    const artifact = store.transaction((transaction) => transaction.artifact(request.params.id));
    if (!artifact) throw new HttpError(404, 'NOT_FOUND', 'This gateway holds no such artifact.');
    return reply.type('application/yaml').send(artifact.content);
  });

  app.get<{ Params: { id: string } }>('/artifacts/:id/api-keys', async (request) =>
    store.transaction(({ apiKeys }) => apiKeys.of(request.params.id).map(keySummary)),
  );
}

function summary({ id, kind, handle, displayName, version, desiredState, deploymentId, deployedAtMs }: StoredArtifact) {
  return { id, kind, handle, displayName, version, state: desiredState, deploymentId, deployedAt: new Date(deployedAtMs) };
}

function keySummary({ artifactId, name, uuid, maskedApiKey, expiresAt, updatedAt }: StoredApiKey) {
  return { artifactId, name, uuid, maskedApiKey, expiresAt, updatedAt };
}
