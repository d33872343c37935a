import { sql } from '@gatecast/database';
import type { ModelDatabase } from './database.js';
import type { KnownEvent, World } from './world.js';

interface Row extends Record<string, unknown> {
  readonly artifactId: string;
  readonly gatewayId: string;
  readonly desiredState: string;
  readonly status: string;
  readonly reason: string | null;
  readonly deploymentId: string | null;
  readonly performedAtMs: number;
  readonly correlationId: string;
}

/** Returns what is not as it must become once nothing is broken any more. */
export async function whatIsOpen(world: World, database: ModelDatabase): Promise<string[]> {
  const open: string[] = [];
  const places = await database.query<Row>(sql`
    SELECT artifact_id AS "artifactId", gateway_id AS "gatewayId", desired_state AS "desiredState", status, status_reason AS reason,
           deployment_id AS "deploymentId", (extract(epoch FROM performed_at) * 1000)::float8 AS "performedAtMs", correlation_id AS "correlationId"
    FROM artifact_gateways`);
  for (const place of places) {
    if (place.status !== place.desiredState)
      open.push(
        `${place.artifactId} on ${place.gatewayId} shall be ${place.desiredState} and is ${place.status} (${place.reason})`,
      );
  }
  for (const { identity, store, process } of world.gateways) {
    const held = new Map(store.artifacts().map((artifact) => [artifact.id, artifact]));
    for (const place of places.filter(({ gatewayId }) => gatewayId === identity.gatewayId)) {
      const artifact = held.get(place.artifactId);
      held.delete(place.artifactId);
      const isRight =
        place.desiredState === 'DEPLOYED'
          ? artifact?.desiredState === 'DEPLOYED' &&
            artifact.deploymentId === place.deploymentId &&
            artifact.deployedAtMs === place.performedAtMs
          : artifact?.desiredState !== 'DEPLOYED';
      if (!isRight) open.push(`${process.name} holds ${JSON.stringify(artifact)} instead of ${JSON.stringify(place)}`);
    }
    for (const id of held.keys()) open.push(`${process.name} holds ${id}, which does not exist`);
  }
  const behind = await database.query<{ gatewayId: string; confirmed: number | null; owed: number }>(sql`
    SELECT gateways.id AS "gatewayId", cursor.confirmed, (
      SELECT coalesce(max(revision), 0) FROM events
      WHERE events.organization_id = gateways.organization_id AND (events.gateway_id = gateways.id OR events.gateway_id IS NULL)
    ) AS owed
    FROM gateways LEFT JOIN gateway_cursors AS cursor ON cursor.gateway_id = gateways.id`);
  for (const { gatewayId, confirmed, owed } of behind) {
    if ((confirmed ?? 0) < owed) open.push(`the cursor of ${gatewayId} is ${confirmed}, but it was sent events through ${owed}`);
  }
  if (world.broker.acksStored > 0) open.push(`${world.broker.acksStored} acks wait in the queue`);
  return open;
}

/** Returns what has happened that must never happen, whatever breaks. */
export async function whatWasBroken(world: World, database: ModelDatabase): Promise<string[]> {
  await world.readEventLog();
  const { events, gateways, broker, reports } = world;
  const broken: string[] = [];

  // One gapless order.
  const [head] = await database.query<{ revision: number }>(sql`SELECT revision FROM organization_heads`);
  const revisions = [...events.values()].map(({ revision }) => revision).sort((a, b) => a - b);
  if (revisions.length !== head?.revision || revisions.some((revision, index) => revision !== index + 1))
    broken.push(`revisions are not 1 to ${head?.revision}: ${revisions}`);

  // The relay: no late publish after another's, no jump.
  const published = new Map<string, number>();
  for (const { stream, revision, overtakenBy, process } of broker.publications) {
    if (overtakenBy > 0) broken.push(`revision ${revision} of ${process.name} was accepted although another relay had published`);
    const last = published.get(stream);
    if (last !== undefined && revision > last + 1) broken.push(`revision ${revision} was published after ${last}`);
    published.set(stream, Math.max(last ?? 0, revision));
  }

  for (const { identity, handled, process } of gateways) {
    const isFor = ({ gatewayId }: KnownEvent) => gatewayId === null || gatewayId === identity.gatewayId;
    const revisionOf = (correlationId: string) => events.get(correlationId)?.revision ?? Number.NaN;

    const applied = new Map<string, number>();
    for (const { correlationId, artifactId, type, outcome, serves } of handled) {
      const event = events.get(correlationId);
      if (!event || !isFor(event)) {
        broken.push(`${process.name} handled ${correlationId}, which is no event for it`);
        continue;
      }
      if (outcome === 'applied') {
        const before = applied.get(artifactId) ?? 0;
        if (event.revision <= before)
          broken.push(`${process.name} applied revision ${event.revision} of ${artifactId} after ${before}`);
        applied.set(artifactId, event.revision);
      }
      const isTaken = !type.endsWith('.deployed') && outcome !== 'mismatch' && outcome !== 'failed';
      if (isTaken && serves !== undefined && !(revisionOf(serves) > event.revision))
        broken.push(`${process.name} serves ${artifactId} after it has handled ${type} of revision ${event.revision}`);
    }

    const own = [...events.values()].filter(isFor).sort((a, b) => a.revision - b.revision);
    for (const report of reports.filter(({ gatewayId }) => gatewayId === identity.gatewayId)) {
      const handledLast = new Map<string, number>();
      for (const { correlationId, artifactId } of handled.slice(0, report.handled))
        handledLast.set(artifactId, Math.max(handledLast.get(artifactId) ?? 0, revisionOf(correlationId)));
      for (const { revision, artifactId } of own) {
        if (revision > report.confirmed || revision <= report.resyncedThrough) continue;
        if ((handledLast.get(artifactId) ?? 0) < revision)
          broken.push(
            `the cursor of ${process.name} was reported as ${report.confirmed} before revision ${revision} was handled`,
          );
      }
      // Of what is superseded by then nobody needs the ack.
      const lastOwed = new Map(
        own.filter(({ revision }) => revision <= report.confirmed).map((event) => [event.artifactId, event]),
      );
      for (const { id, revision } of lastOwed.values()) {
        if (report.acksNotStored.includes(id) && revision > report.resyncedThrough)
          broken.push(
            `the cursor of ${process.name} was reported as ${report.confirmed} before the ack of revision ${revision} was stored`,
          );
      }
    }

    for (const socket of new Set(handled.map((one) => one.socket))) {
      for (const batch of socket.batches) {
        const about = batch.flatMap((frame) => events.get(JSON.parse(frame).correlationId)?.artifactId ?? []);
        if (new Set(about).size < about.length)
          broken.push(`${process.name} was sent at once more than the last word about an artifact`);
      }
    }
  }
  return [...new Set(broken)];
}
