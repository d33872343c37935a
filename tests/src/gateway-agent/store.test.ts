import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { projectFolder } from '@gatecast/stack';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../services/gateway-agent/dist/store.js';

test('a store that another process is writing to is waited for', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const store = openStore(folder);
  onTestFinished(() => store.close());
  const holding = `
    const Database = require('libsql');
    const database = new Database(process.argv[1]);
    database.exec('BEGIN IMMEDIATE');
    console.log('held');
    setTimeout(() => database.exec('COMMIT'), 500);`;
  const other = spawn(process.execPath, ['-e', holding, path.join(folder, 'gateway.db')], {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(other.stdout, 'data');

  store.transaction((transaction) => transaction.markHandled('an event'));

  expect(store.transaction((transaction) => transaction.isHandled('an event'))).toBe(true);
  expect(await once(other, 'exit')).toEqual([0, null]);
});
