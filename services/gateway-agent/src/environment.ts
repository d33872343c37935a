import {
  commonSettings,
  durationMs,
  fileText,
  flag,
  httpUrl,
  oneWord,
  readSettings,
  text,
  traceSettings,
} from '@gatecast/service-kit';

const specs = {
  ...commonSettings,
  ...traceSettings,
  /** `https://host[:port]` of the front door. */
  CONTROL_PLANE_URL: httpUrl(),
  /** File with certificates (PEM) to trust in place of the system's. */
  CONTROL_PLANE_CA_FILE: fileText({ default: undefined }),
  /** This gateway's token, as shown once when it was created. */
  GATEWAY_TOKEN: text(),
  /** Folder for what this gateway must not forget; made when missing. */
  DATA_DIR: text(),
  /** File to which one JSON line is added for every frame that was handled, before its receipt can leave: what tests judge by. */
  EVENT_TRAIL_FILE: text({ default: undefined }),
  /** Longest wait between two attempts to connect. */
  RECONNECT_MAX_MS: durationMs({ default: 30_000 }),
  /** `healing`: sync after each connect and now and then; `plain`: once per process, as a WSO2 gateway-controller does. */
  SYNC_MODE: oneWord({ choices: ['healing', 'plain'], default: 'healing' }),
  /** Mean time between two syncs in healing mode. */
  SYNC_INTERVAL_MS: durationMs({ default: 600_000 }),
  /** True: a sync deletes what has no deployment without asking whether it exists. */
  ON_PREMISES: flag({ default: false }),
};

/** Returns the agent's settings. @throws SettingsError naming every mistake. */
export const readEnvironment = (environment: NodeJS.ProcessEnv) => readSettings(environment, specs);
