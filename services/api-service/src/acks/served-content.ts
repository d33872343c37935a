import { type BrokerConnection, hear } from '@gatecast/broker';
import { type ContentServed, subjects } from '@gatecast/contracts';
import type { Logger } from '@gatecast/service-kit';

const rememberedMax = 50_000;

/**
 * Remembers to which gateways content was sent lately. What is not remembered counts as not sent: then a failed deploy is issued
 * again, once too often at worst.
 */
export function startServedContent(connection: BrokerConnection, logger: Logger) {
  const served = new Map<string, string>();

  function remember({ gatewayId, artifactId, performedAt }: ContentServed): void {
    const key = `${gatewayId} ${artifactId}`;
    served.delete(key);
    served.set(key, performedAt);
    if (served.size > rememberedMax) served.delete(served.keys().next().value as string);
  }

  void hear<ContentServed>(connection, subjects.contentServed, remember, (error) =>
    logger.warn({ err: error }, 'served content not understood'),
  );
  return {
    wasServed: ({ gatewayId, artifactId, performedAt }: ContentServed) =>
      served.get(`${gatewayId} ${artifactId}`) === performedAt,
  };
}
