import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { EntityType } from '@gatecast/contracts';
import { type Queryable, type Sql, sql } from '@gatecast/database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Gateway } from './authentication.js';

/** A gateway has its answer after that, reads it and removes what is not in it; then api-service issues again what changed meanwhile. */
const reissueAfterMs = 5_000;
/** A gateway waits this long for an answer, and is done with what it was told some seconds later (gateway protocol 2.0: 30 s). */
const effectMsMax = 40_000;
/** A gateway asks for the subscriptions of each of its APIs by itself: one note is enough for those that it asks for at once. */
const noteMs = 1_000;

/**
 * Notes that a gateway is about to be told all of its deployments, keys, subscriptions or plans. It will remove what is not in the list
 * and take what is in it, and so may undo what it learned of by an event that it handled meanwhile (gateway protocol 3.2). So the
 * organization's head is noted first: what has a revision up to there is seen by every later statement, hence in the list, however many statements it takes; what
 * has a later one is issued again by api-service. A second list before the first has had its effect leaves the earlier head, and so
 * does one directly after the first, for which nothing is written at all.
 */
export async function noteListing(database: Queryable, gateway: Gateway, entityType: EntityType): Promise<void> {
  await database.query(listingNote([gateway], entityType));
}

/** Returns the statement that notes it of several gateways, as part of which a list sees what was committed up to the noted head. */
export function listingNote(gateways: readonly Gateway[], entityType: EntityType): Sql {
  const organizationOf = new Map(gateways.map(({ gatewayId, organizationId }) => [gatewayId, organizationId]));
  return sql`
    INSERT INTO credential_listings AS listing (gateway_id, entity_type, head, listed_at, reissue_at)
    SELECT listed.gateway_id, ${entityType}, heads.revision, clock_timestamp(),
      clock_timestamp() + ${reissueAfterMs} * interval '1 millisecond'
    FROM unnest(${[...organizationOf.keys()]}::uuid[], ${[...organizationOf.values()]}::uuid[]) AS listed (gateway_id, organization_id)
    JOIN organization_heads AS heads ON heads.organization_id = listed.organization_id
    WHERE NOT EXISTS (
      SELECT FROM credential_listings AS recent WHERE recent.gateway_id = listed.gateway_id AND recent.entity_type = ${entityType}
        AND recent.listed_at > clock_timestamp() - ${noteMs} * interval '1 millisecond')
    -- In one order, so that no two replicas wait for each other.
    ORDER BY listed.gateway_id
    ON CONFLICT (gateway_id, entity_type) DO UPDATE SET
      head = CASE WHEN listing.listed_at > clock_timestamp() - ${effectMsMax} * interval '1 millisecond'
        THEN LEAST(listing.head, EXCLUDED.head) ELSE EXCLUDED.head END,
      listed_at = EXCLUDED.listed_at, reissue_at = LEAST(listing.reissue_at, EXCLUDED.reissue_at)`;
}

/**
 * Answers a JSON array, one of several pages page by page as fast as the gateway reads it. Two pages are read before the status is
 * sent, so that a database that can't be asked is a 503; after that the answer breaks off, which no gateway takes for a list.
 */
export async function sendArray(
  request: FastifyRequest,
  reply: FastifyReply,
  pages: AsyncGenerator<readonly object[]>,
): Promise<never> {
  reply.type('application/json; charset=utf-8');
  const first = await pages.next();
  const second = await pages.next();
  if (second.done) return reply.send(`[${itemsOf(first.done ? [] : first.value)}]`) as never;
  const parts = Readable.from(arrayParts([first.value, second.value], pages));
  parts.once('error', (error) =>
    request.log.warn({ err: error, gatewayId: request.gateway.gatewayId, url: request.url }, 'list broken off'),
  );
  return reply.send(parts) as never;
}

async function* arrayParts(
  first: readonly (readonly object[])[],
  rest: AsyncIterable<readonly object[]>,
): AsyncGenerator<string> {
  let separator = '[';
  for await (const page of prepended(first, rest)) {
    if (page.length === 0) continue;
    yield `${separator}${itemsOf(page)}`;
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

async function* prepended<T>(first: readonly T[], rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield* first;
  yield* rest;
}

function itemsOf(page: readonly object[]): string {
  return page.map((item) => JSON.stringify(item)).join(',');
}

/**
 * Returns the `etag` of an entity at an instant: the same for the same, another for any other, in the layout of a UUID of version 7
 * (gateway protocol 2.0).
 */
export function etagOf(entityId: string, at: Date): string {
  const bytes = createHash('sha256').update(`${entityId}:${at.getTime()}`).digest().subarray(0, 16);
  bytes.writeUIntBE(at.getTime(), 0, 6);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
