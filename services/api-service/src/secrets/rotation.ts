import { type Kind, kinds } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';
import type { SecretIdentity } from '@gatecast/service-kit';
import { decideAllAgain } from '../deployments/decision.js';
import { type ChangeOptions, createChange, type Outcome } from '../event-log/change.js';
import { eachByItself } from '../event-log/each-by-itself.js';
import { isConnected } from '../gateways/gateways.js';

/** What a gateway that has just connected, or was just sent a deploy, may take to read its secrets by itself. */
const readingMs = 15_000;
/** How long after its connections were closed they are closed again; each time twice as long. */
const closeAgainMs = 10_000;
/** A gateway that reads no value after so many closes reads none at all. */
const closesMax = 5;
const atOnce = 500;

/** Whether a gateway could read the secret now: something that refers to it is to be deployed there (gateway protocol 2.8). */
const canRead = sql`(${isConnected(sql`holder.gateway_id`)} AND EXISTS (
  SELECT FROM artifact_gateways AS place JOIN deployments ON deployments.id = place.deployment_id
  WHERE place.gateway_id = holder.gateway_id AND place.desired_state = 'DEPLOYED'
    AND deployments.secret_handles @> ARRAY[holder.handle]))`;

/**
 * Notes, in the transaction that gives a secret a value, that every gateway that was given an earlier one holds it no more as it
 * should. A gateway keeps values that it needs no more, and those of a secret that is gone.
 */
export async function noteRotation(
  transaction: Queryable,
  { organizationId, handle }: SecretIdentity,
  hash: string,
): Promise<void> {
  await transaction.query(sql`
    UPDATE secret_holders AS holder SET hash = ${hash}, stale = true, closes = 0, reissue_at = NULL,
      close_at = CASE WHEN ${canRead} THEN clock_timestamp() END
    FROM gateways
    WHERE gateways.id = holder.gateway_id AND gateways.organization_id = ${organizationId} AND holder.handle = ${handle}`);
}

export interface RotationOptions extends ChangeOptions {
  /** How every edge is asked to close the connections of gateways. */
  readonly edges: { canBeAsked(): boolean; close(gatewayIds: readonly string[]): void };
}

/**
 * Returns the function that brings new values of secrets to gateways; to be called often, by any number of replicas.
 *
 * No event tells of secrets. A gateway compares its secrets with ours when it connects, and never else (gateway protocol 3.1), and
 * it fills a value in when it handles a deploy. So the connections of the gateways concerned are closed; when one has been given the
 * value, everything there that refers to it is decided again. Each step is in the database before it is taken, and taken again when
 * nothing came of it: a close that nobody heard, or a gateway that was away, only delays the rest.
 */
export function createRotations({ edges, ...options }: RotationOptions): () => Promise<void> {
  const { database, logger } = options;
  const change = createChange(options);

  async function close(): Promise<void> {
    await database.query(sql`
      UPDATE secret_holders AS holder SET close_at = clock_timestamp() + ${readingMs}::int * interval '1 millisecond'
      WHERE stale AND close_at IS NULL AND ${canRead}`);
    if (!edges.canBeAsked()) return;
    const due = await database.query<{ gatewayId: string; isToClose: boolean }>(sql`
      UPDATE secret_holders AS holder SET
        closes = closes + CASE WHEN ${canRead} THEN 1 ELSE 0 END,
        close_at = CASE WHEN ${canRead} THEN clock_timestamp() + ${closeAgainMs}::int * power(2, closes) * interval '1 millisecond' END
      WHERE (gateway_id, handle) IN (
        SELECT gateway_id, handle FROM secret_holders
        WHERE stale AND close_at <= clock_timestamp() AND closes < ${closesMax}::int
        ORDER BY close_at LIMIT ${atOnce}::int FOR UPDATE SKIP LOCKED)
      RETURNING gateway_id AS "gatewayId", close_at IS NOT NULL AS "isToClose"`);
    const gatewayIds = [...new Set(due.filter(({ isToClose }) => isToClose).map(({ gatewayId }) => gatewayId))];
    if (gatewayIds.length === 0) return;
    edges.close(gatewayIds);
    logger.info({ gatewayIds }, 'gateways are to read new secrets');
  }

  async function giveUp(): Promise<void> {
    const given = await database.query<{ gatewayId: string; handle: string }>(sql`
      UPDATE secret_holders SET stale = false, close_at = NULL, closes = 0, reissue_at = clock_timestamp()
      WHERE stale AND close_at <= clock_timestamp() AND closes >= ${closesMax}::int
      RETURNING gateway_id AS "gatewayId", handle`);
    for (const row of given) logger.warn(row, 'gateway did not read a new secret');
  }

  async function reissue(): Promise<void> {
    const gateways = await database.query<{ gatewayId: string; organizationId: string }>(sql`
      SELECT DISTINCT holder.gateway_id AS "gatewayId", gateways.organization_id AS "organizationId"
      FROM secret_holders AS holder JOIN gateways ON gateways.id = holder.gateway_id
      WHERE holder.reissue_at <= clock_timestamp()
      LIMIT ${atOnce}::int`);
    await eachByItself(gateways, logger, async ({ gatewayId, organizationId }) => {
      const places = await change(organizationId, (transaction) => reissueFor(transaction, organizationId, gatewayId));
      if (places > 0) logger.info({ gatewayId, organizationId, places }, 'decisions issued again for new secrets');
    });
  }

  return async () => {
    await close();
    await giveUp();
    await reissue();
  };
}

/** Results in how many decisions are issued again: none when another replica has done it. */
async function reissueFor(transaction: Queryable, organizationId: string, gatewayId: string): Promise<Outcome<number>> {
  const read = await transaction.query<{ handle: string }>(sql`
    UPDATE secret_holders SET reissue_at = NULL WHERE gateway_id = ${gatewayId} AND reissue_at <= clock_timestamp()
    RETURNING handle`);
  const places = await transaction.query<{ artifactId: string; kind: Kind }>(sql`
    SELECT artifacts.id AS "artifactId", artifacts.kind
    FROM artifact_gateways AS place
    JOIN deployments ON deployments.id = place.deployment_id
    JOIN artifacts ON artifacts.id = place.artifact_id
    WHERE place.gateway_id = ${gatewayId} AND place.desired_state = 'DEPLOYED'
      AND deployments.secret_handles && ${read.map(({ handle }) => handle)}::text[]
    ORDER BY array_position(${dependenciesFirst}::text[], artifacts.kind), artifacts.id`);
  const events = await decideAllAgain(transaction, organizationId, gatewayId, places);
  return { result: events.length, events };
}

const dependenciesFirst: readonly Kind[] = ['LlmProvider', 'LlmProxy', ...kinds.map(({ kind }) => kind)];
