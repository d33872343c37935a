import { expect, test } from 'vitest';
import { type Settings, startServiceProcess } from '../service-process.js';

const aKey = 'a-key-that-is-too-short';

/** For each service, settings of which every one is a mistake, and required ones that are missing (undefined). */
const mistakes: readonly (readonly [string, Settings])[] = [
  [
    'api-service',
    {
      PORT: '99999',
      LOG_LEVEL: 'loud',
      ADMIN_USERNAME: undefined,
      ADMIN_PASSWORD: ' ',
      JWT_KEY_FILE: '/does/not/exist',
      TOKEN_LIFETIME_MS: '0',
      STREAM_MAX_BYTES: '-1',
      DATABASE_URL: undefined,
      NATS_URL: '',
      SECRETS_KEY: aKey,
    },
  ],
  [
    'api-service',
    { DATABASE_URL: 'localhost:5432/gatecast', NATS_URL: 'nats://one:4222, two:4222', EVENT_RETENTION_MS: '1 day' },
  ],
  ['api-service', { JWT_KEY_FILE: '/etc/hostname', PORT: 'http' }],
  [
    'artifacts-service',
    {
      DATABASE_URL: 'mysql://127.0.0.1/gatecast',
      NATS_URL: undefined,
      DATABASE_CONNECTIONS_MAX: '1.5',
      SECRETS_KEY_FILE: '/does/not/exist',
    },
  ],
  ['artifacts-service', { SECRETS_KEY: '0'.repeat(64), SECRETS_KEY_FILE: '/etc/hostname', DATABASE_CONNECTIONS_MAX: 'many' }],
  ['artifacts-service', { SECRETS_OLD_KEY: '0'.repeat(64), PORT: '-1' }],
  [
    'ws-edge',
    { NATS_URL: 'https://127.0.0.1:4222', WINDOW_BYTES_MAX: 'much', SHUTDOWN_GRACE_MS: '', EXIT_WITH_PARENT: 'perhaps' },
  ],
  [
    'front-door',
    {
      TLS_KEY_FILE: '/etc/hostname',
      TLS_CERT_FILE: '/etc/hostname',
      API_SERVICE_URLS: 'one two',
      WS_EDGE_URLS: undefined,
      ARTIFACTS_SERVICE_URLS: 'tcp://127.0.0.1:1',
      PROBE_TIMEOUT_MS: '0',
    },
  ],
  ['migrations', { DATABASE_URL: undefined, MIGRATIONS_DIR: ' ', LOG_LEVEL: 'loud' }],
  ['gateway-agent', { CONTROL_PLANE_URL: 'wss://localhost', GATEWAY_TOKEN: undefined, DATA_DIR: '', SYNC_MODE: 'sometimes' }],
];

test.each(mistakes)('%s names every mistake in its settings at once, and ends with 1', async (service, settings) => {
  const process = startServiceProcess(service, settings);
  expect(await process.exited).toBe(1);
  for (const name of Object.keys(settings)) expect(process.errorOutput()).toMatch(new RegExp(`^  ${name}: `, 'm'));
  expect(process.errorOutput()).not.toContain(aKey);
  expect(process.log).toEqual([]);
});
