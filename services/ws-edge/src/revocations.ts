import { type BrokerConnection, hear } from '@gatecast/broker';
import { type Revocation, subjects } from '@gatecast/contracts';
import type { Logger } from '@gatecast/service-kit';
import type { Authenticated } from './artifacts-service.js';
import type { ConnectedGateways } from './gateways.js';

/** An authentication takes far less; after that its answer knows of the revocation. */
const rememberMs = 60_000;

/**
 * Closes the sockets of revoked tokens and deleted gateways at once. A revocation is also remembered for a while: one that was
 * heard while a token was being asked for beats that answer.
 */
export function startRevocations(connection: BrokerConnection, gateways: ConnectedGateways, logger: Logger) {
  const recent = new Map<string, number>();

  function onRevocation({ gatewayId, tokenId }: Revocation): void {
    const now = performance.now();
    for (const [id, at] of recent) if (now - at > rememberMs) recent.delete(id);
    recent.set(tokenId ?? gatewayId, now);
    for (const gateway of gateways.ofGateway(gatewayId)) {
      if (tokenId === undefined || gateway.gateway.tokenId === tokenId) gateway.close(1008, 'credentials revoked');
    }
  }

  void hear<Revocation>(connection, subjects.revocations, onRevocation, (error) =>
    logger.warn({ err: error }, 'revocation not understood'),
  );
  return { isRevoked: ({ gatewayId, tokenId }: Authenticated) => recent.has(gatewayId) || recent.has(tokenId) };
}
