import { Uuid } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { Type } from 'typebox';
import { DateTime } from '../fields.js';
import { apiPath, operation } from '../operation.js';
import { Revision } from './gateway-status-routes.js';
import type { OrganizationStatuses } from './organization-status.js';
import { placeStatuses } from './place-routes.js';

const Body = Type.Object(
  {
    gateways: Type.Object({ total: Type.Integer(), connected: Type.Integer() }),
    artifacts: Type.Object({ total: Type.Integer() }),
    places: Type.Object(
      {
        ...(Object.fromEntries(placeStatuses.map((status) => [status, Type.Integer()])) as Record<
          (typeof placeStatuses)[number],
          ReturnType<typeof Type.Integer>
        >),
        drifted: Type.Integer({ description: 'Those where what the gateway is known to hold is not what was decided.' }),
      },
      { description: 'How many places (an artifact on a gateway) have each status.' },
    ),
    events: Type.Object({
      head: Revision('The last revision.'),
      unpublished: Type.Integer({ description: 'Committed, and not known to be published to the broker.' }),
    }),
    edges: Type.Array(
      Type.Object({
        edgeId: Uuid,
        connections: Type.Integer({ description: "Of this organization's gateways." }),
        heardAt: DateTime,
      }),
    ),
  },
  { title: 'OrganizationStatus' },
);

/** Adds the route that tells where the caller's organization stands. */
export function organizationStatusRoutes(app: HttpApp, statuses: OrganizationStatuses): void {
  app.get(
    `${apiPath}/organization-status`,
    operation(
      { scope: 'ap:organization:read', tag: 'Status', summary: 'Get the counts of the whole organization' },
      { response: { 200: Body } },
    ),
    async ({ caller }) => {
      const { gateways, connected, artifacts, places, drifted, head, unpublished, edges } = await statuses.get(
        caller.organizationId,
      );
      const byStatus = Object.fromEntries(placeStatuses.map((status) => [status, places[status] ?? 0]));
      return {
        gateways: { total: gateways, connected },
        artifacts: { total: artifacts },
        places: { ...(byStatus as Record<(typeof placeStatuses)[number], number>), drifted },
        events: { head, unpublished },
        edges: edges.map(({ edgeId, connections, heardAt }) => ({ edgeId, connections, heardAt: heardAt.toISOString() })),
      };
    },
  );
}
