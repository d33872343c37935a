import {
  brokerUrls,
  commonSettings,
  count,
  databaseUrl,
  readSettings,
  sealingContradictions,
  sealingOf,
  sealingSettings,
  traceSettings,
} from '@gatecast/service-kit';

const specs = {
  ...commonSettings,
  ...sealingSettings,
  ...traceSettings,
  DATABASE_URL: databaseUrl(),
  DATABASE_CONNECTIONS_MAX: count({ default: 10 }),
  /** `nats://host:port`, several separated by commas. */
  NATS_URL: brokerUrls(),
};

/** Returns the service's settings. @throws SettingsError naming every mistake. */
export function readEnvironment(environment: NodeJS.ProcessEnv) {
  const settings = readSettings(environment, specs, sealingContradictions);
  return Object.freeze({ ...settings, sealing: sealingOf(settings) });
}
