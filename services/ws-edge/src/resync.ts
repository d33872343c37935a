import { type BrokerConnection, request } from '@gatecast/broker';
import { type ResyncReply, type ResyncRequest, subjects } from '@gatecast/contracts';

/** Who was asked may be gone. Whoever is asked again for what is under way goes on with it. */
const timeoutMs = 15_000;

/** Asks api-service to issue a gateway's whole state again. @throws BrokerUnavailableError when that can't be told: ask again. */
export function requestResync(connection: BrokerConnection, gatewayId: string): Promise<ResyncReply> {
  const body: ResyncRequest = { gatewayId };
  return request<ResyncReply>(connection, subjects.resync, body, timeoutMs);
}
