import type { ServiceName } from '../stack-options.js';

/** A mechanism of the control plane that a scenario proves, and how it is switched off: by changing the service's code as it is loaded. */
export interface Mechanism {
  readonly name: string;
  /** Every process of this service runs without it. */
  readonly service: ServiceName;
  readonly changes: readonly Change[];
  /** What the scenario then must report as broken: part of a line. Anything else would be a failure for another reason. */
  readonly breaks: string;
}

/** In a built file, `snippet`, which it must have exactly once, becomes `replacement`. */
export interface Change {
  /** From the project's folder. */
  readonly file: string;
  readonly snippet: string;
  readonly replacement: string;
}

/** Returns the line that is in the log of a process in which a file was changed. */
export function switchedOffMark(file: string): string {
  return `switched off in ${file}`;
}

/** What is broken when something was lost for good: also a later decision about the same thing did not come. */
const lost = 'the last event about an artifact takes effect';
/** Without the relay the edges still hear of heads when they ask for their tokens again, and read what is missing from the event log: late, and not for ever. */
const unpublished = 'have unpublished events';

/** By the scenario that proves it. */
export const mechanisms: Readonly<Record<string, Mechanism>> = {
  C1: {
    name: 'a connection starts at the cursor (here: at the head)',
    service: 'ws-edge',
    changes: [
      {
        file: 'services/ws-edge/dist/connection.js',
        snippet: 'this.#startFrom(gateway.cursor)',
        replacement: 'this.#startFrom(gateway.head)',
      },
    ],
    breaks: lost,
  },
  C2: {
    name: 'the cursor is in the database, where every edge finds it (here: only the head is)',
    service: 'artifacts-service',
    changes: [
      {
        file: 'services/artifacts-service/dist/edges/authenticate.js',
        snippet: 'THEN c.confirmed END AS cursor',
        replacement: 'THEN h.revision END AS cursor',
      },
    ],
    breaks: lost,
  },
  C3: {
    name: 'a receipt moves the cursor (here: the write to the socket does)',
    service: 'ws-edge',
    changes: [
      {
        file: 'services/ws-edge/dist/connection.js',
        snippet: 'cursors.note(gateway.gatewayId, gateway.logEpoch, this.#receipts.confirmed, through)',
        replacement: 'cursors.note(gateway.gatewayId, gateway.logEpoch, through, through)',
      },
    ],
    breaks: lost,
  },
  C4: {
    name: 'the relay sweeps for unpublished events (here: it publishes only what it is woken for)',
    service: 'api-service',
    changes: [
      {
        file: 'services/api-service/dist/relay/relay.js',
        snippet: 'await organizationsWithUnpublished(database)',
        replacement: '[]',
      },
    ],
    breaks: unpublished,
  },
  C5: {
    name: 'the relay goes on when the broker is back (here: it ends when the broker is away)',
    service: 'api-service',
    changes: [
      {
        file: 'services/api-service/dist/relay/relay.js',
        snippet: 'if (!connection.isConnected || !(await lease.take())) {',
        replacement: `
          run.wasConnected ||= connection.isConnected;
          if (run.wasConnected && !connection.isConnected) return;
          if (!connection.isConnected || !(await lease.take())) {`,
      },
    ],
    breaks: unpublished,
  },
  C6: {
    name: 'stream and work queue are made again (here: api-service makes none that it has seen or made before)',
    service: 'api-service',
    changes: [
      {
        file: 'libs/broker/dist/streams.js',
        snippet: 'await connection.untilLost(jsm.streams.info(config.name));',
        replacement: `
          await connection.untilLost(jsm.streams.info(config.name));
          (ensureStream.known ??= new Set()).add(config.name);`,
      },
      {
        file: 'libs/broker/dist/streams.js',
        snippet: 'return await connection.untilLost(jsm.streams.add(complete));',
        replacement: `
          if (ensureStream.known?.has(config.name)) throw error;
          (ensureStream.known ??= new Set()).add(config.name);
          return await connection.untilLost(jsm.streams.add(complete));`,
      },
    ],
    breaks: 'no status is left in transition',
  },
  C7: {
    name: 'full resync when the event log is trimmed (here: a start at the head)',
    service: 'ws-edge',
    changes: [
      {
        file: 'services/ws-edge/dist/connection.js',
        snippet: 'void this.#resync();',
        replacement: 'this.#startFrom(this.gateway.head);',
      },
    ],
    breaks: lost,
  },
  C8: {
    name: 'presence is by connection (here: by gateway, so the first to close is taken for the last)',
    service: 'artifacts-service',
    changes: [
      {
        file: 'services/artifacts-service/dist/edges/presence.js',
        snippet: `WHERE edge_id = \${edgeId} AND (id = ANY(\${closed}::uuid[])`,
        replacement: `WHERE gateway_id IN (SELECT gateway_id FROM gateway_connections WHERE id = ANY(\${closed}::uuid[])) OR edge_id = \${edgeId} AND (false`,
      },
    ],
    breaks: 'one connection is left',
  },
  C9: {
    name: 'a gateway that has events to handle and does not answer is closed after a time limit (here: never)',
    service: 'ws-edge',
    changes: [
      {
        file: 'services/ws-edge/dist/connection.js',
        snippet: 'limits.idleLimitMs : limits.busyLimitMs',
        replacement: 'limits.idleLimitMs : Number.POSITIVE_INFINITY',
      },
    ],
    breaks: 'the connection that is not read is closed',
  },
  C10: {
    name: 'the lease of the relay passes on to another replica (here: it belongs to its first holder for ever)',
    service: 'api-service',
    changes: [
      {
        file: 'services/api-service/dist/relay/lease.js',
        snippet: ` OR leases.expires_at NOT BETWEEN clock_timestamp() AND \${expiry}`,
        replacement: '',
      },
      {
        file: 'services/api-service/dist/relay/lease.js',
        snippet: `WHERE name = \${name} AND holder = \${holder}`,
        replacement: `WHERE name = \${name} AND holder = \${holder} AND false`,
      },
    ],
    breaks: unpublished,
  },
  C11: {
    name: 'an undeploy for a gateway that is not known to hold that deployment applies to whatever it holds (here: it names its deployment)',
    service: 'api-service',
    changes: [
      {
        file: 'services/api-service/dist/deployments/decision.js',
        snippet: "deploymentId !== null && deploymentId === confirmedDeploymentId ? deploymentId : ''",
        replacement: "deploymentId ?? ''",
      },
    ],
    breaks: 'nothing serves any more',
  },
  C12: {
    name: 'settling: a deploy that failed is issued again (here: nothing is)',
    service: 'api-service',
    changes: [
      {
        file: 'services/api-service/dist/deployments/settling.js',
        snippet: 'eachByItself(due, logger,',
        replacement: 'eachByItself([], logger,',
      },
    ],
    breaks: 'the deployment ends DEPLOYED',
  },
  C13: {
    name: 'a database that was set back begins a new log epoch (here: it goes on with the old one)',
    service: 'api-service',
    changes: [
      {
        file: 'services/api-service/dist/relay/log-epoch.js',
        snippet: 'IS NOT TRUE',
        replacement: 'IS NOT TRUE AND false',
      },
    ],
    breaks: 'every store equals the database',
  },
};
