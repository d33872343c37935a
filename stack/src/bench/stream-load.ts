import { openConnection, putEvent } from '@gatecast/broker';
import { artifactEnvelope, nowMs } from '@gatecast/contracts';
import { type Database, newId, sql } from '@gatecast/database';
import type { Stack } from '../stack.js';
import { wait } from './open-bench.js';
import type { SimulatedGateway } from './simulated-gateways.js';

export interface StreamLoad {
  readonly eventsPerSecond: number;
  readonly seconds: number;
}

/** After a stall the rate is made up for in parts, so that what the gateways answer is read in between. */
const atOnceMax = 200;
/** How far the head is ahead of what is put into the stream. */
const aheadMs = 300;
const encoder = new TextEncoder();

/**
 * Puts deploys straight into the stream at a fixed rate, each for another gateway in turn, as the relay does with those that were
 * committed; there is no database on their way. The organization's head goes ahead of them by less than an edge waits for what is
 * announced, so that cursors count, and its log counts as trimmed through all of them: else the relay would find that an edge has
 * heard what the log does not know, and take the database for one that was set back. Resolves with the moment at which each was put
 * there (milliseconds since 1970), by correlation id.
 */
export async function loadStream(
  { stack, database, organizationId }: { readonly stack: Stack; readonly database: Database; readonly organizationId: string },
  gateways: readonly Pick<SimulatedGateway, 'id'>[],
  { eventsPerSecond, seconds }: StreamLoad,
): Promise<Map<string, number>> {
  const connection = openConnection({ url: stack.endpoints.natsUrl, name: 'bench', onStatus: () => undefined });
  const nc = await connection.opened;
  const count = eventsPerSecond * seconds;
  const [log] = await database.query<{ epoch: string; revision: number }>(sql`
    UPDATE organization_heads SET trimmed_through = revision + ${count} FROM log_epoch WHERE organization_id = ${organizationId}
    RETURNING epoch, revision`);
  const before = log?.revision ?? 0;
  let revision = before;
  const publishedAtMs = new Map<string, number>();

  const publish = (gatewayId: string) => {
    const correlationId = newId();
    const at = nowMs();
    const performedAt = new Date(at);
    const artifactId = newId();
    const envelope = artifactEnvelope(
      { kind: 'RestApi', verb: 'deployed', artifactId, deploymentId: correlationId, performedAt },
      correlationId,
      performedAt,
    );
    revision += 1;
    putEvent(connection, {
      correlationId,
      organizationId,
      gatewayId,
      revision,
      logEpoch: log?.epoch ?? '',
      entity: `artifact:${artifactId}`,
      type: envelope.type,
      action: 'CREATE',
      committedAtMs: at,
      frame: encoder.encode(JSON.stringify(envelope)),
    });
    publishedAtMs.set(correlationId, at);
  };

  const raiseHead = () =>
    database.query(sql`
      WITH head AS (
        UPDATE organization_heads SET revision = ${Math.min(before + count, revision + Math.ceil((eventsPerSecond * aheadMs) / 1_000))}
        WHERE organization_id = ${organizationId} RETURNING organization_id, revision
      )
      INSERT INTO published_heads (organization_id, revision) SELECT organization_id, revision FROM head
      ON CONFLICT (organization_id) DO UPDATE SET revision = EXCLUDED.revision`);

  await raiseHead();
  const raising = setInterval(() => void raiseHead().catch(() => undefined), aheadMs / 3);
  const began = performance.now();
  for (let sent = 0; sent < count; ) {
    const due = Math.min(count, ((performance.now() - began) * eventsPerSecond) / 1_000, sent + atOnceMax);
    for (; sent < due; sent += 1) publish(gateways[sent % gateways.length]?.id ?? '');
    await wait(2);
  }
  clearInterval(raising);
  await nc.flush();
  await raiseHead();
  await connection.close();
  return publishedAtMs;
}
