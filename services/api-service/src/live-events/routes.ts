import type { Queryable } from '@gatecast/database';
import type { HttpApp } from '@gatecast/service-kit';
import { type TSchema, Type } from 'typebox';
import { findGateway } from '../gateways/find.js';
import { apiPath, operation } from '../operation.js';
import type { LiveEvents } from './live-events.js';

const description = `Server-Sent Events, from now on or, with \`Last-Event-ID\`, after that position without a gap. Messages:

- \`event\`: an Event; its \`id\` is the position to come back to.
- \`life\`: \`{ correlationId, revision, gatewayId, state: confirmed | settled, at, writtenAt?, outcome?, reason? }\`, what became of an event on a gateway.
- \`presence\`: \`{ gatewayId, isConnected, connections }\`, as in a GatewayStatus.
- \`reset\`: the position can't be resumed: read \`/events\` anew; the stream goes on with what comes next.

\`life\` and \`presence\` are not repeated after a break. A comment comes at least each 15 s. The stream ends when the token expires.`;

const EventStreamBody = { content: { 'text/event-stream': { schema: Type.String() } } } as unknown as TSchema;

/** Adds the route of live events. */
export function liveEventRoutes(
  app: HttpApp,
  { liveEvents, database }: { readonly liveEvents: LiveEvents; readonly database: Queryable },
): void {
  app.addHook('preClose', async () => liveEvents.close());
  app.get(
    `${apiPath}/events/stream`,
    operation(
      {
        scope: 'ap:event:read',
        tag: 'Events',
        summary: 'Watch events as they are published',
        description,
        errors: ['GATEWAY_NOT_FOUND'],
      },
      {
        querystring: Type.Object(
          {
            gatewayId: Type.Optional(Type.String({ description: 'Only what concerns this gateway.' })),
            type: Type.Optional(Type.String({ maxLength: 100, description: 'Only events of this type.' })),
          },
          { additionalProperties: false },
        ),
        headers: Type.Object({
          'last-event-id': Type.Optional(
            Type.String({ description: 'The last `id` that was read: what came after it comes first.' }),
          ),
        }),
        response: { 200: EventStreamBody },
      },
    ),
    async ({ method, caller, query: { gatewayId, type }, headers }, reply) => {
      const { organizationId, expiresAtSeconds } = caller;
      const lastEventId = headers['last-event-id'];
      const filter = {
        ...(type !== undefined && { type }),
        ...(gatewayId !== undefined && { gatewayId, gatewayUuid: await findGateway(database, organizationId, gatewayId) }),
      };
      // Of such an answer nothing is ever written that would begin it.
      if (method === 'HEAD') return reply.type('text/event-stream').send();
      const begin = await liveEvents.open({
        organizationId,
        filter,
        lastEventId,
        untilMs: expiresAtSeconds * 1000,
      });
      reply.hijack();
      begin(reply.raw);
    },
  );
}
