import { type BrokerConnection, hear } from '@gatecast/broker';
import { type SecretsChanged, subjects } from '@gatecast/contracts';
import type { Logger } from '@gatecast/service-kit';
import type { ConnectedGateways } from './gateways.js';

/** Gateways come back at once and without jitter (gateway protocol 1.9): so many a second are no storm. */
const spacingMs = 5;

/**
 * Closes the connections of gateways that are to read new secrets: they do it when they connect, and never else (gateway protocol
 * 3.1). A message that is not heard is sent again by api-service.
 */
export function startSecretChanges(connection: BrokerConnection, gateways: ConnectedGateways, logger: Logger) {
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  function closeNext(): void {
    timer = undefined;
    for (const gatewayId of waiting) {
      waiting.delete(gatewayId);
      const connections = [...gateways.ofGateway(gatewayId)];
      for (const gateway of connections) gateway.close(1012, 'secrets changed');
      if (connections.length > 0) break;
    }
    if (waiting.size > 0) timer = setTimeout(closeNext, spacingMs);
  }

  function onSecretsChanged({ gatewayIds }: SecretsChanged): void {
    for (const gatewayId of gatewayIds) waiting.add(gatewayId);
    if (timer === undefined) closeNext();
  }

  void hear<SecretsChanged>(connection, subjects.secretsChanged, onSecretsChanged, (error) =>
    logger.warn({ err: error }, 'changed secrets not understood'),
  );
  return { stop: () => clearTimeout(timer) };
}
