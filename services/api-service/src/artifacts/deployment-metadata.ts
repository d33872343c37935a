import { type Static, Type } from 'typebox';
import { HttpUrl, Vhost } from './definition-fields.js';

/** What the gateway resolves to its own virtual host (gateway protocol 2.11). */
export const vhostDefault = '_gateway_default_';

/** What one deployment has otherwise than its artifact (gateway protocol 4.1). */
export const DeploymentMetadata = Type.Object(
  {
    endpointUrl: Type.Optional(HttpUrl),
    vhostMain: Type.Optional(Type.Union([Vhost, Type.Literal(vhostDefault)])),
    vhostSandbox: Type.Optional(Type.Union([Vhost, Type.Literal(vhostDefault)])),
  },
  { additionalProperties: false },
);
export type DeploymentMetadata = Static<typeof DeploymentMetadata>;
