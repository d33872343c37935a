import { type BrokerConnection, notify } from '@gatecast/broker';
import { type CursorsMoved, type PresenceChanged, subjects } from '@gatecast/contracts';

/** Tells all replicas of api-service of gateways, after what is said of them was stored. It may be lost: that costs time, no truth. */
export type AnnounceGateways = (gatewayIds: readonly string[]) => void;

/** A message of these is far below the broker's limit. */
const gatewaysInOne = 10_000;

/** Returns the function that announces whose connections have changed. */
export function createPresenceAnnouncement(connection: BrokerConnection): AnnounceGateways {
  return createAnnouncement((gatewayIds) =>
    notify(connection, subjects.presenceChanged, { gatewayIds } satisfies PresenceChanged),
  );
}

/** Returns the function that announces whose cursors have moved. */
export function createCursorAnnouncement(connection: BrokerConnection): AnnounceGateways {
  return createAnnouncement((gatewayIds) => notify(connection, subjects.cursorsMoved, { gatewayIds } satisfies CursorsMoved));
}

function createAnnouncement(send: (gatewayIds: readonly string[]) => void): AnnounceGateways {
  return (gatewayIds) => {
    for (let from = 0; from < gatewayIds.length; from += gatewaysInOne) send(gatewayIds.slice(from, from + gatewaysInOne));
  };
}
