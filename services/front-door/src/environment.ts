import { commonSettings, durationMs, fileText, readSettings, urls } from '@gatecast/service-kit';

/** Returns the front door's settings. @throws SettingsError naming every mistake. */
export const readEnvironment = (environment: NodeJS.ProcessEnv) =>
  readSettings(environment, {
    ...commonSettings,
    /** Key and certificate of its TLS, in PEM. */
    TLS_KEY_FILE: fileText(),
    TLS_CERT_FILE: fileText(),
    /** `http://host:port`, several separated by commas. */
    API_SERVICE_URLS: urls(),
    WS_EDGE_URLS: urls(),
    ARTIFACTS_SERVICE_URLS: urls(),
    /** Between two questions to a backend whether it is ready, and the longest that its answer may take. */
    PROBE_INTERVAL_MS: durationMs({ default: 500 }),
    PROBE_TIMEOUT_MS: durationMs({ default: 1_000 }),
    /** The longest that a backend may stay silent before it answers, and between two parts of an answer. Requests may wait for 300 s. */
    ANSWER_TIMEOUT_MS: durationMs({ default: 330_000 }),
  });
