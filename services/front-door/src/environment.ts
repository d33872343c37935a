import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  commonSettings,
  durationMs,
  fileHolding,
  httpUrls,
  portNumber,
  readSettings,
  SettingsError,
} from '@gatecast/service-kit';

/** Returns the front door's settings. @throws SettingsError naming every mistake. */
export function readEnvironment(environment: NodeJS.ProcessEnv) {
  const settings = readSettings(environment, {
    ...commonSettings,
    /** Key and certificate of its TLS, in PEM. */
    TLS_KEY_FILE: fileHolding(keyOf)(),
    TLS_CERT_FILE: fileHolding(certificateOf)(),
    /** Where `/metrics` is, by plain HTTP: not on the port that all the world reaches. Not set: nowhere. */
    METRICS_PORT: portNumber({ default: undefined }),
    /** `http://host:port`, several separated by commas. */
    API_SERVICE_URLS: httpUrls(),
    WS_EDGE_URLS: httpUrls(),
    ARTIFACTS_SERVICE_URLS: httpUrls(),
    /** Between two questions to a backend whether it is ready, and the longest that its answer may take. */
    PROBE_INTERVAL_MS: durationMs({ default: 500 }),
    PROBE_TIMEOUT_MS: durationMs({ default: 1_000 }),
    /** The longest that a backend may stay silent before it answers, and between two parts of an answer. Requests may wait for 300 s. */
    ANSWER_TIMEOUT_MS: durationMs({ default: 330_000 }),
  });
  if (!new X509Certificate(settings.TLS_CERT_FILE).checkPrivateKey(createPrivateKey(settings.TLS_KEY_FILE)))
    throw new SettingsError({ TLS_CERT_FILE: 'is not the certificate of the key in TLS_KEY_FILE' });
  return settings;
}

function keyOf(pem: string): string {
  try {
    createPrivateKey(pem);
  } catch {
    throw new Error('holds no private key in PEM, or one that needs a passphrase');
  }
  return pem;
}

function certificateOf(pem: string): string {
  try {
    new X509Certificate(pem);
  } catch {
    throw new Error('holds no certificate in PEM');
  }
  return pem;
}
