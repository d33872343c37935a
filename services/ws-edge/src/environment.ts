import {
  brokerUrls,
  commonSettings,
  count,
  durationMs,
  durationUpToMs,
  readSettings,
  traceSettings,
} from '@gatecast/service-kit';

const pingIntervalMs = 15_000;
const idleLimitMs = 45_000;

/** Returns the settings of ws-edge. @throws SettingsError naming every mistake at once. */
export function readEnvironment(environment: NodeJS.ProcessEnv) {
  const specs = {
    ...commonSettings,
    ...traceSettings,
    /** `nats://host:port`, several separated by commas. */
    NATS_URL: brokerUrls(),
    /** Recent events in memory: how much, and how far back in time a new edge starts to listen. */
    WINDOW_BYTES_MAX: count({ default: 64 * 1024 * 1024 }),
    WINDOW_BACK_MS: durationMs({ default: 5 * 60_000 }),
    /** Keep-alive pings; a WSO2 gateway-controller closes after 35 s without one (gateway protocol 1.8). */
    PING_INTERVAL_MS: durationUpToMs(30_000)({ default: pingIntervalMs }),
    /** How long a gateway may stay silent: with nothing to handle, and with events that it has not confirmed. */
    IDLE_LIMIT_MS: durationMs({ default: idleLimitMs }),
    BUSY_LIMIT_MS: durationMs({ default: 5 * 60_000 }),
    /** Per connection: events without a receipt, and bytes not yet taken by the network. */
    UNCONFIRMED_EVENTS_MAX: count({ default: 256 }),
    BUFFERED_BYTES_MAX: count({ default: 1024 * 1024 }),
    CONNECTIONS_MAX: count({ default: 20_000 }),
    UPGRADES_AT_ONCE_MAX: count({ default: 100 }),
    /** Failed authentications per address and minute before 429; successful ones are not counted. */
    FAILED_ATTEMPTS_MAX: count({ default: 100 }),
  };
  return readSettings(environment, specs, contradictions);
}

function contradictions(environment: NodeJS.ProcessEnv): Record<string, string> {
  const pingMs = Number(environment.PING_INTERVAL_MS ?? pingIntervalMs);
  if (!(Number(environment.IDLE_LIMIT_MS ?? idleLimitMs) <= pingMs)) return {};
  return { IDLE_LIMIT_MS: `must be longer than PING_INTERVAL_MS (${pingMs}): a gateway that only answers pings would be closed` };
}
