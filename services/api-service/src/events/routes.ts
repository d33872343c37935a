import { kinds, oneOf } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { Type } from 'typebox';
import { apiPath, operation } from '../operation.js';
import { pageOf, pageQuery } from '../pagination.js';
import { EventBody, eventBody } from './event-body.js';
import type { Events } from './events.js';

const tag = 'Events';
const Instant = (description: string) => Type.String({ format: 'date-time', description });

/** Adds the routes that read the event log. */
export function eventRoutes(app: HttpApp, log: Pick<Events, 'list' | 'get'>): void {
  app.get(
    `${apiPath}/events`,
    operation(
      {
        scope: 'ap:event:read',
        tag,
        summary: 'List events with the life of each, the newest first',
        description:
          'As far back as the event log is kept. For the next page pass `nextBefore` as `before`; a page may be short, even empty, while there is more.',
        errors: ['GATEWAY_NOT_FOUND'],
      },
      {
        querystring: Type.Object(
          {
            gatewayId: Type.Optional(
              Type.String({ description: 'Only those for this gateway, its own and those for every gateway.' }),
            ),
            kind: Type.Optional(oneOf(kinds.map(({ kind }) => kind))),
            artifactId: Type.Optional(
              Type.String({ description: "Only those about this artifact: its id, or the UUID of one that's gone." }),
            ),
            type: Type.Optional(Type.String({ maxLength: 100, description: 'Only those of this type, e.g. `api.deployed`.' })),
            actor: Type.Optional(Type.String({ maxLength: 200, description: 'Only those of this user.' })),
            from: Type.Optional(Instant('Only those committed at this instant or later.')),
            to: Type.Optional(Instant('Only those committed at this instant or earlier.')),
            before: Type.Optional(Type.Integer({ minimum: 1, description: 'Only those before this revision.' })),
            limit: pageQuery.limit,
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({
            count: Type.Integer({ description: 'How many are in this answer.' }),
            list: Type.Array(EventBody),
            nextBefore: Type.Optional(
              Type.Integer({ description: 'There may be more before this revision. Left out: there is not.' }),
            ),
          }),
        },
      },
    ),
    async ({ caller, query: { from, to, limit, ...query } }) => {
      const { events, nextBefore } = await log.list(caller.organizationId, {
        ...query,
        ...(from !== undefined && { from: new Date(from) }),
        ...(to !== undefined && { to: new Date(to) }),
        limit: pageOf(limit === undefined ? {} : { limit }).limit,
      });
      return { count: events.length, list: events.map(eventBody), ...(nextBefore !== undefined && { nextBefore }) };
    },
  );

  app.get(
    `${apiPath}/events/:correlationId`,
    operation(
      { scope: 'ap:event:read', tag, summary: 'Get an event with its life', errors: ['EVENT_NOT_FOUND'] },
      {
        params: Type.Object({ correlationId: Type.String({ description: "The event's id, as in `correlationId` of a place." }) }),
        response: { 200: EventBody },
      },
    ),
    async ({ caller, params }) => eventBody(await log.get(caller.organizationId, params.correlationId)),
  );
}
