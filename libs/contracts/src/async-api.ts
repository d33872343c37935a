import { ConnectionAckFrame, eventFrames } from './event-schemas.js';
import { DeploymentAckFrame } from './frames.js';
import type { TSchema } from './words.js';

/** Where gateways open their WebSocket (gateway protocol 1.1). */
export const gatewaySocketPath = '/api/internal/v1/ws/gateways/connect';
/** Where the document of it is served. */
export const gatewaySocketDocumentPath = '/api/internal/v1/ws/docs/json';

/** Types that the contract names and that are never sent, and why. */
const notSent =
  'Not sent: `websub.*` and `webbroker.*`, kinds that are not served here, and `gateway.config.updated`, which no gateway handles.';

/**
 * Returns the AsyncAPI 3 document of the gateways' WebSocket, made of the schemas that its frames are checked against. Plain JSON.
 * Operations are seen from the control plane: it sends events and receives acks.
 */
export function asyncApiDocument(): Record<string, unknown> {
  const sent: readonly { type: string; summary: string; schema: TSchema }[] = [
    { type: 'connection.ack', summary: 'The first frame: the connection is good.', schema: ConnectionAckFrame },
    ...eventFrames,
  ];
  const received = [
    {
      type: 'deployment.ack',
      summary:
        "A gateway's verdict on a deploy or undeploy. `performedAt` is the event's instant, trailing zeros may be left out.",
      schema: DeploymentAckFrame,
    },
  ];
  const all = [...sent, ...received];
  const reference = (name: string) => ({ $ref: name });
  const onChannel = ({ type }: { type: string }) => reference(`#/channels/gateway/messages/${nameOf(type)}`);
  return JSON.parse(
    JSON.stringify({
      asyncapi: '3.0.0',
      info: {
        title: 'Gatecast gateway events',
        version: '1',
        description: [
          'One WebSocket per gateway. Text frames, one JSON object each. The first one is `connection.ack`; then events come in their order.',
          'A ping follows events: answer it when the events before it are handled, with its payload. That pong is the receipt, and what has none is sent again, with the same `correlationId`.',
          'A close of any code means: connect again. 401 on the dial: the token is unknown or revoked; 503 and 429: try later.',
          notSent,
        ].join('\n\n'),
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
      defaultContentType: 'application/json',
      servers: {
        frontDoor: {
          host: 'localhost:9243',
          protocol: 'wss',
          description: 'The front door, by its default address.',
          security: [reference('#/components/securitySchemes/token')],
        },
      },
      channels: {
        gateway: {
          address: gatewaySocketPath,
          messages: Object.fromEntries(all.map(({ type }) => [nameOf(type), reference(`#/components/messages/${nameOf(type)}`)])),
          bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
        },
      },
      operations: {
        tellGateway: {
          action: 'send',
          channel: reference('#/channels/gateway'),
          summary: 'What the control plane tells a gateway.',
          messages: sent.map(onChannel),
        },
        hearVerdict: {
          action: 'receive',
          channel: reference('#/channels/gateway'),
          summary: 'What a gateway answers.',
          messages: received.map(onChannel),
        },
      },
      components: {
        messages: Object.fromEntries(
          all.map(({ type, summary, schema }) => [nameOf(type), { name: type, title: type, summary, payload: schema }]),
        ),
        securitySchemes: {
          token: { type: 'httpApiKey', in: 'header', name: 'api-key', description: "The gateway's token." },
        },
      },
    }),
  ) as Record<string, unknown>;
}

/** Names in references have no dots, so that every tool can follow them. */
function nameOf(type: string): string {
  return type.replaceAll('.', '_');
}
