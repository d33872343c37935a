import path from 'node:path';
import {
  brokerUrls,
  commonSettings,
  count,
  databaseUrl,
  durationMs,
  fileHolding,
  readSettings,
  retentionMs,
  sealingContradictions,
  sealingOf,
  sealingSettings,
  text,
  traceSettings,
} from '@gatecast/service-kit';
import { signingKey } from './login/access-tokens.js';

/** Beside this service, in the repository as in an image. */
const consoleFolder = path.resolve(import.meta.dirname, '../../console/dist');

/** Returns api-service's settings. @throws SettingsError naming every mistake at once. */
export function readEnvironment(environment: NodeJS.ProcessEnv) {
  const specs = {
    ...commonSettings,
    ...sealingSettings,
    ...traceSettings,
    /** While there is an old key: how often what is sealed with it is looked for. */
    RESEAL_INTERVAL_MS: durationMs({ default: 60_000 }),
    DATABASE_URL: databaseUrl(),
    DATABASE_CONNECTIONS_MAX: count({ default: 10 }),
    /** `nats://host:port`, several separated by commas. */
    NATS_URL: brokerUrls(),
    /** An RSA private key (PKCS8, PEM): signs and verifies the tokens of people and pipelines. */
    JWT_KEY_FILE: fileHolding(signingKey)(),
    TOKEN_LIFETIME_MS: durationMs({ default: 60 * 60_000 }),
    /** The first user: made at the start, with every scope in the first organization. */
    ADMIN_USERNAME: text(),
    ADMIN_PASSWORD: text(),
    /** Handle of the first organization. */
    ORGANIZATION: text({ default: 'default' }),
    /** The event stream: how long and how much it keeps, and on how many brokers. */
    STREAM_MAX_AGE_MS: durationMs({ default: 24 * 60 * 60_000 }),
    STREAM_MAX_BYTES: count({ default: 1024 ** 3 }),
    STREAM_REPLICAS: count({ default: 1 }),
    /** How long events can be replayed from the event log; after that a gateway that was away gets a full resync. */
    EVENT_RETENTION_MS: retentionMs({ default: 7 * 24 * 60 * 60_000 }),
    /** How long a resync tells of deleted artifacts. */
    TOMBSTONE_RETENTION_MS: retentionMs({ default: 90 * 24 * 60 * 60_000 }),
    /** From the moment an event was written to the gateway. */
    DEPLOYMENT_TIMEOUT_MS: durationMs({ default: 60_000 }),
    /** Who reads events live (`/events/stream`): how many at once, how many bytes may wait for one, and how long it may take for them. */
    EVENT_READERS_MAX: count({ default: 500 }),
    EVENT_READER_BYTES_MAX: count({ default: 256 * 1024 }),
    EVENT_READER_STALL_MS: durationMs({ default: 10_000 }),
    /** The built web console, served under /console. */
    CONSOLE_DIR: text({ default: consoleFolder }),
  };
  const settings = readSettings(environment, specs, sealingContradictions);
  return Object.freeze({ ...settings, sealing: sealingOf(settings) });
}
