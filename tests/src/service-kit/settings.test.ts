import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { count, readSettings, text, traceSettings } from '@gatecast/service-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const specs = { NATS_URL: text(), CONNECTIONS_MAX: count({ default: 10 }) };

function file(name: string, content: string): string {
  const made = path.join(folder, name);
  writeFileSync(made, content);
  return made;
}

test('a setting may be given by a file, whose last line end does not count', () => {
  const settings = readSettings({ NATS_URL_FILE: file('url', 'nats://ws-edge:secret@nats-1:4222\n') }, specs);
  expect(settings.NATS_URL).toBe('nats://ws-edge:secret@nats-1:4222');
});

test('what is in a file must fit as well as what is in the environment', () => {
  const environment = { NATS_URL: 'nats://nats-1:4222', CONNECTIONS_MAX_FILE: file('max', 'many') };
  expect(() => readSettings(environment, specs)).toThrow(/^ {2}CONNECTIONS_MAX: expected a count/m);
});

test('a file that cannot be read and a setting that is given twice are named together', () => {
  const environment = { NATS_URL_FILE: '/does/not/exist', CONNECTIONS_MAX: '3', CONNECTIONS_MAX_FILE: file('three', '3') };
  const reading = () => readSettings(environment, specs);
  expect(reading).toThrow("  NATS_URL: the file '/does/not/exist' that NATS_URL_FILE names can't be read (ENOENT)");
  expect(reading).toThrow('  CONNECTIONS_MAX: is given twice: remove it or CONNECTIONS_MAX_FILE');
});

test('settings of traces that do not fit are named like all others, without what may be secret in them', () => {
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key',
    OTEL_TRACES_SAMPLER: 'sometimes',
    OTEL_TRACES_SAMPLER_ARG: '2',
  };
  const reading = () => readSettings(environment, traceSettings);
  expect(reading).toThrow("  OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' is not an http or https URL");
  expect(reading).toThrow('  OTEL_EXPORTER_OTLP_HEADERS: expected name=value, several separated by commas');
  expect(reading).not.toThrow('api-key');
  expect(reading).toThrow('  OTEL_TRACES_SAMPLER: ');
  expect(reading).toThrow("  OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, got '2'");
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers } = readSettings(
    { OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%2Cb, tenant = one' },
    traceSettings,
  );
  expect([endpoint, headers]).toEqual(['', { 'api-key': 'a,b', tenant: 'one' }]);
});
