import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectFolder } from '@gatecast/stack';
import { expect, test } from 'vitest';

test('the generated types are those of the routes', async () => {
  const generate = path.join(projectFolder, 'libs/api-client/generate.mjs');
  await expect(promisify(execFile)(process.execPath, [generate, '--check'])).resolves.toEqual({ stdout: '', stderr: '' });
});
