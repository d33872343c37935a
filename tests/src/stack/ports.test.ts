import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
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
  const left = new Set(Array.from({ length: 50 }, (_, n) => 25_000 + n));
  const remembered: Record<string, number> = {};
  for (let port = 20_000; port < 32_000; port += 1) if (!left.has(port)) remembered[`other-${port}`] = port;
  writeFileSync(path.join(folder, 'ports.json'), JSON.stringify(remembered));

  const port = await openPorts(folder).choose('ws-edge-1');

  expect(left).toContain(port);
  expect(JSON.parse(readFileSync(path.join(folder, 'ports.json'), 'utf8'))).toEqual({ ...remembered, 'ws-edge-1': port });
});
