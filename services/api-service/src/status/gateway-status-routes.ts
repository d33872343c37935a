import { kinds, oneOf, statusReasons, Uuid } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { type Static, Type } from 'typebox';
import { DateTime } from '../fields.js';
import { Handle, handleParam } from '../handle.js';
import { apiPath, operation } from '../operation.js';
import { ListOf, listBody, pageQuery } from '../pagination.js';
import type { GatewayStatus, GatewayStatuses, TokenStatus } from './gateway-statuses.js';

/** An artifact as other resources name it. */
export const ArtifactName = Type.Object({ kind: oneOf(kinds.map(({ kind }) => kind)), id: Handle });
/** A connection of a gateway: one per socket, on whichever edge. */
export const Connection = Type.Object({ edgeId: Uuid, connectedAt: DateTime, remoteAddress: Type.String() });
export const Revision = (description: string) => Type.Integer({ minimum: 0, description });
export const AgeMs = (description: string) => Type.Integer({ minimum: 0, description });

const fields = {
  id: Handle,
  displayName: Type.String(),
  isConnected: Type.Boolean(),
  connections: Type.Array(Connection, { description: 'One per socket, on whichever edge.' }),
  release: Type.Optional(Type.String({ description: 'What the gateway runs, as its manifest says.' })),
  cursor: Type.Optional(
    Revision(
      "Up to this revision it has confirmed everything. Left out: that can't be told any more, and a full resync is owed.",
    ),
  ),
  head: Revision("The organization's last revision."),
  lag: Type.Object({
    events: Type.Integer({
      minimum: 0,
      description: "Events for it, its own and the organization's, that it has not confirmed.",
    }),
    oldestAgeMs: Type.Optional(AgeMs('Since the oldest of them was committed.')),
  }),
  artifacts: Type.Object(
    {
      inStep: Type.Integer(),
      drifted: Type.Integer({ description: 'What it is known to hold is not what was decided.' }),
      driftedForMsMax: Type.Optional(AgeMs('Since the oldest decision that it is drifted from.')),
    },
    { description: 'How many artifacts have a place on it.' },
  ),
  lastEvent: Type.Optional(
    Type.Object({ correlationId: Uuid, revision: Revision('Of the event.'), type: Type.String(), committedAt: DateTime }),
  ),
  lastAck: Type.Optional(
    Type.Object(
      { artifact: ArtifactName, status: oneOf(['DEPLOYED', 'UNDEPLOYED', 'FAILED']), at: DateTime },
      { description: 'Its latest verdict, also while something else is under way.' },
    ),
  ),
  lastRefusal: Type.Optional(
    Type.Object(
      { artifact: ArtifactName, deploymentId: Type.Optional(Uuid), reason: oneOf(statusReasons), at: DateTime },
      {
        description:
          'The latest of what it refused, or did not answer in time, and has acked nothing of since; also while that is issued again.',
      },
    ),
  ),
};
const Body = Type.Object(fields, { title: 'GatewayStatus' });
const DetailBody = Type.Object(
  {
    ...fields,
    manifest: Type.Optional(Type.Object({ release: fields.release, receivedAt: DateTime })),
    tokens: Type.Array(Type.Object({ id: Uuid, createdAt: DateTime, ageMs: AgeMs('Since it was made.') }), {
      description: 'The active ones, newest first.',
    }),
  },
  { title: 'GatewayStatusDetail' },
);

/** Adds the routes that tell where gateways stand. */
export function gatewayStatusRoutes(app: HttpApp, statusesOf: GatewayStatuses): void {
  app.get(
    `${apiPath}/gateway-statuses`,
    operation(
      { scope: 'ap:gateway:read', tag: 'Status', summary: 'List where gateways stand: connection, lag, drift, last refusal' },
      {
        querystring: Type.Object(
          {
            ...pageQuery,
            connected: Type.Optional(Type.Boolean({ description: 'Only those that are (not) connected.' })),
            drifted: Type.Optional(Type.Boolean({ description: 'Only those with (without) a drifted artifact.' })),
            lagMin: Type.Optional(
              Type.Integer({
                minimum: 0,
                maximum: Number.MAX_SAFE_INTEGER,
                description: 'Only those that are at least so many events behind.',
              }),
            ),
            query: Type.Optional(
              Type.String({ maxLength: 100, description: 'Only those whose id or display name contains this, in any case.' }),
            ),
            sortBy: Type.Optional(oneOf(['name', 'lag', 'connectedAt', 'createdAt'], { default: 'name' })),
            sortOrder: Type.Optional(
              Type.Unsafe<'asc' | 'desc'>({ ...oneOf(['asc', 'desc']), description: '`asc` by name, else `desc` by default.' }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: ListOf(Body) },
      },
    ),
    async ({ caller, query }) => listBody(await statusesOf.list(caller.organizationId, query), query, toBody),
  );

  app.get(
    `${apiPath}/gateways/:gatewayId/status`,
    operation(
      {
        scope: 'ap:gateway:read',
        tag: 'Status',
        summary: 'Get where a gateway stands, with its manifest and token ages',
        errors: ['GATEWAY_NOT_FOUND'],
      },
      { params: Type.Object({ gatewayId: handleParam('gateway') }), response: { 200: DetailBody } },
    ),
    async ({ caller, params }) => {
      const { status, tokens } = await statusesOf.get(caller.organizationId, params.gatewayId);
      return detailBody(status, tokens);
    },
  );
}

function toBody(status: GatewayStatus): Static<typeof Body> {
  const { handle, displayName, connections, release, cursor, head, lastEvent, lastAck, lastRefusal } = status;
  return {
    id: handle,
    displayName,
    isConnected: connections.length > 0,
    connections: [...connections],
    ...(release !== null && { release }),
    ...(cursor !== null && { cursor }),
    head,
    lag: { events: status.lagEvents, ...(status.lagOldestAgeMs !== null && { oldestAgeMs: Math.max(0, status.lagOldestAgeMs) }) },
    artifacts: {
      inStep: status.inStep,
      drifted: status.drifted,
      ...(status.driftedForMsMax !== null && { driftedForMsMax: Math.max(0, status.driftedForMsMax) }),
    },
    ...(lastEvent && { lastEvent }),
    ...(lastAck && { lastAck }),
    ...(lastRefusal && {
      lastRefusal: {
        artifact: lastRefusal.artifact,
        ...(lastRefusal.deploymentId !== null && { deploymentId: lastRefusal.deploymentId }),
        reason: lastRefusal.reason,
        at: lastRefusal.at,
      },
    }),
  };
}

function detailBody(status: GatewayStatus, tokens: readonly TokenStatus[]): Static<typeof DetailBody> {
  const { release, manifestReceivedAt } = status;
  return {
    ...toBody(status),
    ...(manifestReceivedAt && {
      manifest: { ...(release !== null && { release }), receivedAt: manifestReceivedAt.toISOString() },
    }),
    tokens: tokens.map(({ id, createdAt, ageMs }) => ({ id, createdAt: createdAt.toISOString(), ageMs: Math.max(0, ageMs) })),
  };
}
