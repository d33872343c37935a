import { isUuid, type Kind, keyedKinds, kinds, kindTraits } from '@gatecast/contracts';
import { type Database, type Sql, sql } from '@gatecast/database';
import type { HttpApp } from '@gatecast/service-kit';
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { Type } from 'typebox';
import { answerOf, type Handler } from '../answer.js';
import { apiError } from '../errors.js';
import { apiPath, documentMore } from '../operation.js';
import { etagOf, matches } from './etag.js';

const MatchHeader = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      description:
        'The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412.',
    }),
  ),
});
const EtagHeader = { etag: Type.String({ description: 'Another one after each edit. To be sent back in `If-Match`.' }) };

/** Locks what a resource is changed under; by its organization and the first id in its path. */
type Lock = (organizationId: string, id: string) => Sql;

const byHandle =
  (table: Sql): Lock =>
  (organizationId, id) =>
    sql`SELECT 1 FROM ${table} WHERE organization_id = ${organizationId} AND handle = ${id} FOR NO KEY UPDATE`;

const artifact =
  (kind: Kind): Lock =>
  (organizationId, id) =>
    sql`
    SELECT 1 FROM artifacts WHERE organization_id = ${organizationId} AND kind = ${kind} AND handle = ${id} FOR NO KEY UPDATE`;

/** The collections whose resources are edited, by the names on the way to them. */
const locks: ReadonlyMap<string, Lock> = new Map([
  ['projects', byHandle(sql`projects`)],
  ['gateways', byHandle(sql`gateways`)],
  ['secrets', byHandle(sql`secrets`)],
  ['subscription-plans', byHandle(sql`subscription_plans`)],
  ['applications', byHandle(sql`applications`)],
  [
    'subscriptions',
    (organizationId, id) => sql`
      SELECT 1 FROM artifacts WHERE id = (
        SELECT artifact_id FROM subscriptions WHERE organization_id = ${organizationId} AND id = ${isUuid(id) ? id : null}
      ) FOR NO KEY UPDATE`,
  ],
  ...kinds.map(({ collection, kind }): [string, Lock] => [collection, artifact(kind)]),
  ...keyedKinds.map((kind): [string, Lock] => [`${kindTraits(kind).collection}/api-keys`, artifact(kind)]),
]);

/**
 * Gives resources that are edited an `ETag`, and lets a PUT or DELETE of one, registered after its GET, be conditional by `If-Match`:
 * the comparison and the change are then one transaction under the lock of the resource, and the answer is sent after the commit.
 */
export function makeEditsConditional(app: HttpApp, database: Pick<Database, 'asOne' | 'query'>): void {
  const readers = new Map<string, Handler>();
  app.addHook('onRoute', (route) => {
    const { lock, isOne } = editedBy(route.url);
    if (!lock) return;
    const handler = route.handler as Handler;
    if (route.method === (isOne ? 'GET' : 'POST') || (isOne && route.method === 'PUT')) addEtag(route);
    if (isOne && route.method === 'GET') readers.set(route.url, handler);
    if (!isOne || (route.method !== 'PUT' && route.method !== 'DELETE')) return;

    const read = readers.get(route.url);
    if (!read) throw new Error(`${route.url} can be changed and not be read.`);
    documentMore(route, MatchHeader, ['PRECONDITION_FAILED']);
    route.handler = async function (request, reply) {
      const ifMatch = request.headers['if-match'];
      if (ifMatch === undefined) return handler.call(this, request, reply);
      const { status, headers, body } = await database.asOne(async () => {
        const [id] = Object.values(request.params as Record<string, string>) as [string];
        await database.query(lock(request.caller.organizationId, id));
        const current = await answerOf((noted) => read.call(this, request, noted));
        if (!matches(ifMatch, etagOf(current.body as object))) {
          throw apiError(
            'PRECONDITION_FAILED',
            'It is not what If-Match says any more: read it again, and send the change with its new ETag.',
          );
        }
        return answerOf((noted) => handler.call(this, request, noted));
      });
      return reply.code(status).headers(headers).send(body);
    };
  });
}

/** Names and ids take turns in a path. */
function editedBy(url: string): { readonly lock: Lock | undefined; readonly isOne: boolean } {
  const steps = url.slice(apiPath.length + 1).split('/');
  return { lock: locks.get(steps.filter((_, index) => index % 2 === 0).join('/')), isOne: steps.length % 2 === 0 };
}

function addEtag(route: RouteOptions): void {
  const { response } = route.schema as { response: Record<string, object> };
  for (const [status, schema] of Object.entries(response)) {
    if (Number(status) < 300) response[status] = { ...schema, headers: EtagHeader };
  }
  route.preSerialization = async (_: FastifyRequest, reply: FastifyReply, payload: unknown) => {
    // A handler that answers with something else than the resource has said which ETag that has.
    if (reply.statusCode < 300 && !reply.hasHeader('etag')) reply.header('etag', etagOf(payload as object));
    return payload;
  };
}
