import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { count, readSettings, text } from '@gatecast/service-kit';
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

test('a file that can not be read and a setting that is given twice are named together', () => {
  const environment = { NATS_URL_FILE: '/does/not/exist', CONNECTIONS_MAX: '3', CONNECTIONS_MAX_FILE: file('three', '3') };
  const reading = () => readSettings(environment, specs);
  expect(reading).toThrow("  NATS_URL: the file '/does/not/exist' that NATS_URL_FILE names can't be read (ENOENT)");
  expect(reading).toThrow('  CONNECTIONS_MAX: is given twice: remove it or CONNECTIONS_MAX_FILE');
});
