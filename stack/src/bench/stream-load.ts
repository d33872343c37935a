import { openConnection, putEvent } from '@gatecast/broker';
import { artifactEnvelope } from '@gatecast/contracts';
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
const encoder = new TextEncoder();

/**
 * Puts deploys straight into the stream at a fixed rate, each for another gateway in turn, as the relay does with those that were
 * committed; there is no database on their way. The organization's head follows each second, so that cursors count. Resolves
 * with the moment at which each was put there (milliseconds since 1970), by correlation id.
 */
export async function loadStream(
  { stack, database, organizationId }: { readonly stack: Stack; readonly database: Database; readonly organizationId: string },
  gateways: readonly Pick<SimulatedGateway, 'id'>[],
  { eventsPerSecond, seconds }: StreamLoad,
): Promise<Map<string, number>> {
  const connection = openConnection({ url: stack.endpoints.natsUrl, name: 'bench', onStatus: () => undefined });
  const nc = await connection.opened;
  const [log] = await database.query<{ epoch: string; revision: number }>(sql`
    SELECT epoch, revision FROM log_epoch, organization_heads WHERE organization_id = ${organizationId}`);
  let revision = log?.revision ?? 0;
  const publishedAtMs = new Map<string, number>();

  const publish = (gatewayId: string) => {
    const correlationId = newId();
    const at = performance.timeOrigin + performance.now();
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
      WITH head AS (UPDATE organization_heads SET revision = ${revision} WHERE organization_id = ${organizationId} RETURNING organization_id, revision)
      INSERT INTO published_heads (organization_id, revision) SELECT organization_id, revision FROM head
      ON CONFLICT (organization_id) DO UPDATE SET revision = EXCLUDED.revision`);

  const began = performance.now();
  const raising = setInterval(() => void raiseHead().catch(() => undefined), 1_000);
  for (let sent = 0; sent < eventsPerSecond * seconds; ) {
    const due = Math.min(eventsPerSecond * seconds, ((performance.now() - began) * eventsPerSecond) / 1_000, sent + atOnceMax);
    for (; sent < due; sent += 1) publish(gateways[sent % gateways.length]?.id ?? '');
    await wait(2);
  }
  clearInterval(raising);
  await nc.flush();
  await raiseHead();
  await connection.close();
  return publishedAtMs;
}
