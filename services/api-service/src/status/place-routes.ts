import { desiredStates, kinds, oneOf, statusReasons, Uuid } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { type Static, Type } from 'typebox';
import type { ErrorCode } from '../errors.js';
import { DateTime } from '../fields.js';
import { Handle, handleParam } from '../handle.js';
import { apiPath, operation } from '../operation.js';
import { ListOf, listBody, pageQuery } from '../pagination.js';
import { AgeMs, ArtifactName, Revision } from './gateway-status-routes.js';
import type { PlaceStatus, Places } from './places.js';

/** Where a decision stands on its gateway. */
export const placeStatuses = ['DEPLOYING', 'DEPLOYED', 'UNDEPLOYING', 'UNDEPLOYED', 'FAILED'] as const;

const Body = Type.Object(
  {
    artifact: Type.Object({ ...ArtifactName.properties, displayName: Type.String() }),
    gateway: Type.Object({ id: Handle, displayName: Type.String(), isConnected: Type.Boolean() }),
    desired: Type.Object({
      state: oneOf(desiredStates),
      deploymentId: Type.Optional(Uuid),
      since: Type.String({ format: 'date-time', description: 'When it was decided; issuing it again changes nothing here.' }),
    }),
    actual: Type.Optional(
      Type.Object(
        { state: oneOf(desiredStates), deploymentId: Type.Optional(Uuid), since: Type.Optional(DateTime) },
        { description: 'What the gateway last acked; left out: it has acked nothing.' },
      ),
    ),
    status: oneOf(placeStatuses),
    statusReason: Type.Optional(oneOf(statusReasons)),
    isInStep: Type.Boolean({ description: 'What the gateway is known to hold is what was decided.' }),
    driftedForMs: Type.Optional(AgeMs('Since what it lacks was decided.')),
    correlationId: Type.String({ format: 'uuid', description: "Of the decision's event." }),
    revision: Revision("Of the decision's event."),
    reissues: Type.Integer({ description: 'How often the decision was issued again by itself.' }),
    writtenAt: Type.Optional(DateTime),
    confirmedAt: Type.Optional(DateTime),
  },
  { title: 'Place' },
);

const querystring = (whose: string) =>
  Type.Object(
    {
      ...pageQuery,
      drifted: Type.Optional(Type.Boolean({ description: 'Only those that are (not) drifted.' })),
      query: Type.Optional(
        Type.String({
          maxLength: 100,
          description: `Only those where the ${whose}'s id or display name contains this, in any case.`,
        }),
      ),
    },
    { additionalProperties: false },
  );

/** Adds the routes that tell where artifacts stand on gateways: by gateway, and by artifact of each kind. */
export function placeRoutes(app: HttpApp, places: Places): void {
  app.get(
    `${apiPath}/gateways/:gatewayId/artifacts`,
    operation(
      {
        scope: 'ap:gateway:read',
        tag: 'Status',
        summary: 'List what has a place on a gateway: desired and actual',
        errors: ['GATEWAY_NOT_FOUND'],
      },
      {
        params: Type.Object({ gatewayId: handleParam('gateway') }),
        querystring: querystring('artifact'),
        response: { 200: ListOf(Body) },
      },
    ),
    async ({ caller, params, query }) =>
      listBody(await places.ofGateway(caller.organizationId, params.gatewayId, query), query, toBody),
  );

  for (const { kind, collection, scope, title, errorPrefix } of kinds) {
    app.get(
      `${apiPath}/${collection}/:artifactId/places`,
      operation(
        {
          scope: `ap:${scope}:read`,
          tag: 'Status',
          summary: `List where a ${title} has a place: desired and actual of every gateway`,
          description: 'Every gateway on which it has or had a deployment.',
          errors: [`${errorPrefix}_NOT_FOUND` as ErrorCode],
        },
        {
          params: Type.Object({ artifactId: handleParam(title) }),
          querystring: querystring('gateway'),
          response: { 200: ListOf(Body) },
        },
      ),
      async ({ caller, params, query }) =>
        listBody(await places.ofArtifact(caller.organizationId, kind, params.artifactId, query), query, toBody),
    );
  }
}

function toBody(place: PlaceStatus): Static<typeof Body> {
  const { deploymentId, confirmedState, confirmedDeploymentId, confirmedSince, statusReason, driftedForMs } = place;
  return {
    artifact: { kind: place.kind, id: place.artifactHandle, displayName: place.artifactName },
    gateway: { id: place.gatewayHandle, displayName: place.gatewayName, isConnected: place.isConnected },
    desired: {
      state: place.desiredState,
      ...(deploymentId !== null && { deploymentId }),
      since: place.desiredSince.toISOString(),
    },
    ...(confirmedState !== null && {
      actual: {
        state: confirmedState,
        ...(confirmedState === 'DEPLOYED' && confirmedDeploymentId !== null && { deploymentId: confirmedDeploymentId }),
        ...(confirmedSince && { since: confirmedSince.toISOString() }),
      },
    }),
    status: place.status,
    ...(statusReason !== null && { statusReason }),
    isInStep: driftedForMs === null,
    ...(driftedForMs !== null && { driftedForMs: Math.max(0, driftedForMs) }),
    correlationId: place.correlationId,
    revision: place.revision,
    reissues: place.reissues,
    ...(place.writtenAt && { writtenAt: place.writtenAt.toISOString() }),
    ...(place.confirmedAt && { confirmedAt: place.confirmedAt.toISOString() }),
  };
}
