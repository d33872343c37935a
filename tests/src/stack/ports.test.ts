import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { openPorts } from '@gatecast/stack';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-ports-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a name gets the port again that it had', async () => {
  const port = await openPorts(folder).choose('front-door');
  expect(await openPorts(folder).choose('front-door')).toBe(port);
});

test('no name gets the port that another one had, also when that has not asked for it yet', async () => {
  const remembered: Record<string, number> = {};
  for (let port = 20_000; port < 32_000; port += 1) if (port % 100 !== 50) remembered[`other-${port}`] = port;
  writeFileSync(path.join(folder, 'ports.json'), JSON.stringify(remembered));

  const port = await openPorts(folder).choose('ws-edge-1');

  expect(port % 100).toBe(50);
  expect(JSON.parse(readFileSync(path.join(folder, 'ports.json'), 'utf8'))).toEqual({ ...remembered, 'ws-edge-1': port });
});

test('a port that a stack was given and does not listen on yet is given to no other stack', async () => {
  const ports = openPorts(folder);
  const given = [await ports.choose('ws-edge-1'), await ports.choose('front-door')];
  const copy = path.join(folder, 'copy');
  const copyOfCopy = path.join(copy, 'copy');
  mkdirSync(copyOfCopy, { recursive: true });
  for (const to of [copy, copyOfCopy]) copyFileSync(path.join(folder, 'ports.json'), path.join(to, 'ports.json'));

  // Of another process, and of this one.
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { openPorts } from '@gatecast/stack'; console.log(await openPorts(process.argv[1]).choose('ws-edge-1'));`,
    copy,
  ]);
  expect(given).not.toContain(Number(stdout));
  expect(given).not.toContain(await openPorts(copyOfCopy).choose('ws-edge-1'));
});
