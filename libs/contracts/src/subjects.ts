/**
 * Every subject on the broker has its name here and nowhere else.
 * Events and acks are JetStream subjects; everything under `gatecast.` is core NATS, where a lost message costs time but no truth.
 */

/** The stream of all events: one stream, so one total order. */
export const eventStream = 'EVENTS';
/** The work queue of what api-service must apply: gateways' acks. */
export const ackStream = 'ACKS';
/** The one durable consumer of the work queue, shared by all api-service replicas. */
export const ackConsumer = 'api-service';

export const eventStreamSubjects = ['gateway.*.event', 'org.*.event'];
export const ackStreamSubjects = ['gateway.*.ack'];

export const subjects = {
  /** An event for one gateway. */
  gatewayEvent: (gatewayId: string) => `gateway.${gatewayId}.event`,
  /** An event for every gateway of an organization. */
  organizationEvent: (organizationId: string) => `org.${organizationId}.event`,
  /** A gateway's verdict on a deployment, on its way to api-service. */
  gatewayAck: (gatewayId: string) => `gateway.${gatewayId}.ack`,

  /** Tells the active relay that an organization has committed events. */
  relayWake: 'gatecast.relay.wake',
  /** The heads that the relay has published and the broker has acknowledged. */
  relayHeads: 'gatecast.relay.heads',
  /** The last event of each organization that an edge has heard, for the relay: a database that does not have it was set back. */
  heardEvents: 'gatecast.heard-events',
  /** Receipts, batched, for whoever wants to watch deliveries. */
  receipts: 'gatecast.receipts',
  /** Decisions whose outcome became known, for whoever waits or watches. */
  settled: 'gatecast.settled',
  /** Gateways whose connections have changed, after that was stored. */
  presenceChanged: 'gatecast.presence-changed',
  /** Gateways whose cursors have moved, after that was stored. */
  cursorsMoved: 'gatecast.cursors-moved',
  /** A token was revoked or a gateway deleted: every edge closes its sockets at once. */
  revocations: 'gatecast.revocations',
  /** Gateways are to connect anew, since that is when they read their secrets. */
  secretsChanged: 'gatecast.secrets-changed',

  /** Requests of the edges that artifacts-service answers. */
  authenticate: 'gatecast.rpc.authenticate',
  eventLog: 'gatecast.rpc.event-log',
  cursors: 'gatecast.rpc.cursors',
  presence: 'gatecast.rpc.presence',
  /** Request of an edge that api-service answers. */
  resync: 'gatecast.rpc.resync',
  /** Request of api-service that every edge answers: what its window's events are about. */
  heardEntities: 'gatecast.rpc.heard-entities',
} as const;
