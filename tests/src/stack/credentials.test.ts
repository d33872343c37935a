import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openCredentials } from '@gatecast/stack';
import { expect, onTestFinished, test } from 'vitest';

test('credentials stay as they are, and what a start without room left empty is made anew', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-credentials-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const made = await openCredentials(folder);
  const contents = () =>
    Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
  const before = contents();
  expect(await openCredentials(folder)).toEqual(made);
  expect(contents()).toEqual(before);

  for (const name of readdirSync(folder)) writeFileSync(path.join(folder, name), '');
  const { adminPassword, databasePassword } = await openCredentials(folder);
  expect([adminPassword.length, databasePassword.length]).toEqual([24, 24]);
  const after = contents();
  expect(Object.keys(after)).toEqual(Object.keys(before));
  for (const [name, content] of Object.entries(after)) expect([name, content.length > 20]).toEqual([name, true]);
});

test('a start that finds no room leaves no file that the next one takes for good', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-credentials-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const script = `import(${JSON.stringify(import.meta.resolve('@gatecast/stack'))}).then(({ openCredentials }) => openCredentials(${JSON.stringify(folder)}))`;
  const { status, stderr } = spawnSync('bash', ['-c', 'ulimit -f 0; exec "$0" -e "$1"', process.execPath, script], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([1, expect.stringContaining('EFBIG')]);
  expect(readdirSync(folder).filter((name) => !name.endsWith('.new'))).toEqual([]);

  const { adminPassword } = await openCredentials(folder);
  expect(adminPassword).toHaveLength(24);
});
