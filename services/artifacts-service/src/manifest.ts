import { Type } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';
import type { HttpApp } from '@gatecast/service-kit';
import { apiKeySecurity } from './authentication.js';
import { errorAnswers } from './errors.js';

/** A manifest carries the parameter schemas of every policy that the gateway has loaded. */
const manifestBytesMax = 4 * 1024 * 1024;

const Text = Type.String({ maxLength: 256 });
const Manifest = Type.Object({
  version: Type.Optional(Text),
  functionalityType: Type.Optional(Text),
  // A gateway without policies may write the missing list as null.
  policies: Type.Optional(
    Type.Union([
      Type.Array(
        Type.Object({ name: Type.String(), version: Type.String() }, { description: 'Further fields are kept as they are.' }),
      ),
      Type.Null(),
    ]),
  ),
});

/** Takes what a gateway says about itself at each connect (gateway protocol 2.9). The token says whose manifest it is, not the path. */
export function manifestRoutes(app: HttpApp, database: Queryable): void {
  app.post(
    '/gateways/:id/manifest',
    {
      bodyLimit: manifestBytesMax,
      schema: {
        operationId: 'storeManifest',
        tags: ['gateway'],
        summary: 'What the gateway says about itself: version and policies',
        description: "Replaces the earlier manifest of the token's gateway; the id in the path is not looked at.",
        security: apiKeySecurity,
        params: Type.Object({ id: Type.String() }),
        body: Manifest,
        response: { 204: Type.Null({ description: 'Stored.' }), ...errorAnswers(400, 413, 415) },
      },
    },
    async (request, reply) => {
      const { version, functionalityType, policies } = request.body;
      await database.query(sql`
      INSERT INTO gateway_manifests (gateway_id, version, functionality_type, policies, received_at)
      VALUES (${request.gateway.gatewayId}, ${version ?? null}, ${functionalityType ?? null}, ${JSON.stringify(policies ?? [])}::jsonb, now())
      ON CONFLICT (gateway_id) DO UPDATE SET
        version = EXCLUDED.version, functionality_type = EXCLUDED.functionality_type, policies = EXCLUDED.policies, received_at = EXCLUDED.received_at`);
      return reply.code(204).send(null);
    },
  );
}
