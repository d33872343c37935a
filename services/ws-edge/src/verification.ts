import type { Logger } from '@gatecast/service-kit';
import type { ArtifactsService } from './artifacts-service.js';
import type { GatewayConnection } from './connection.js';
import type { Feed } from './feed.js';
import type { ConnectedGateways } from './gateways.js';

export interface VerificationOptions {
  readonly gateways: ConnectedGateways;
  readonly artifactsService: Pick<ArtifactsService, 'authenticate'>;
  readonly feed: Pick<Feed, 'expect'>;
  readonly logger: Logger;
  readonly intervalMs: number;
}

const retryMs = 1_000;
/** Thousands at once would hold up the events of all. */
const askedAtOnce = 200;

/**
 * Asks again for every connection whose it is, every minute and after each broker reconnect: a revocation may have been sent
 * while this edge did not hear. The answers bring heads too, so what the stream lost is noticed. An answer that does not come
 * changes nothing and is asked for until it does: after a broker restart the one who answers may be back later than this edge.
 * Quiet gateways' cursors move along on the same occasion.
 */
export function startVerification({ gateways, artifactsService, feed, logger, intervalMs }: VerificationOptions) {
  const unverified = new Set<GatewayConnection>();
  let isVerifying = false;
  let isStopped = false;

  async function verify(connection: GatewayConnection): Promise<void> {
    try {
      const gateway = await artifactsService.authenticate(connection.tokenHash);
      unverified.delete(connection);
      if (!gateway) return connection.close(1008, 'credentials revoked');
      feed.expect(gateway.logEpoch, gateway.organizationId, gateway.head);
    } catch (error) {
      logger.debug({ err: error, gatewayId: connection.gateway.gatewayId }, 'connection not verified');
    }
  }

  async function verifyUnverified(): Promise<void> {
    if (isVerifying) return;
    isVerifying = true;
    while (unverified.size > 0 && !isStopped) {
      const some = [...unverified].slice(0, askedAtOnce);
      await Promise.all(some.map(verify));
      if (some.some((connection) => unverified.has(connection))) await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
    isVerifying = false;
  }

  function verifyAll(): void {
    for (const connection of gateways.all()) {
      unverified.add(connection);
      connection.noteCursor();
    }
    void verifyUnverified();
  }

  const timer = setInterval(verifyAll, intervalMs);
  return {
    verifyAll,
    stop: () => {
      isStopped = true;
      clearInterval(timer);
    },
  };
}
