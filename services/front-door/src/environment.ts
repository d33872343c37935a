import { readFileSync } from 'node:fs';
import { commonSettings, durationMs, readSettings, SettingsError, text, urls } from '@gatecast/service-kit';

/** Returns the front door's settings, with key and certificate read. @throws SettingsError naming every mistake. */
export function settingsOf(environment: NodeJS.ProcessEnv) {
  const settings = readSettings(environment, {
    ...commonSettings,
    /** PEM files. */
    TLS_KEY_FILE: text(),
    TLS_CERT_FILE: text(),
    /** `http://host:port`, several separated by commas. */
    API_SERVICE_URLS: urls(),
    WS_EDGE_URLS: urls(),
    ARTIFACTS_SERVICE_URLS: urls(),
    /** Between two questions to a backend whether it is ready, and the longest that its answer may take. */
    PROBE_INTERVAL_MS: durationMs({ default: 500 }),
    PROBE_TIMEOUT_MS: durationMs({ default: 1_000 }),
    /** The longest that a backend may stay silent before it answers, and between two parts of an answer. */
    ANSWER_TIMEOUT_MS: durationMs({ default: 120_000 }),
  });
  return Object.freeze({ ...settings, tlsKey: content('TLS_KEY_FILE', settings.TLS_KEY_FILE), tlsCertificate: content('TLS_CERT_FILE', settings.TLS_CERT_FILE) });
}

export type FrontDoorSettings = ReturnType<typeof settingsOf>;

function content(setting: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new SettingsError(`These settings do not fit:\n  ${setting}: ${file} can't be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
