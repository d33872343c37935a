// Runs in a service's process before the service: changes modules of the service as they are loaded. The files stay as they are,
// and nothing in the service knows of it.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectFolder } from '../project-folder.js';
import type { Change } from './mechanisms.js';
import { preloadData } from './preload.js';

const changes = preloadData<readonly Change[]>(import.meta.url);
for (const { file, snippet } of changes) {
  const found = readFileSync(path.resolve(projectFolder, file), 'utf8').split(snippet).length - 1;
  if (found === 1) continue;
  // A change that changes nothing would prove nothing.
  process.stderr.write(`Nothing is switched off: ${file} has this ${found} times and not once: ${snippet}\n`);
  process.exit(1);
}
const data = changes.map((change) => ({ ...change, url: pathToFileURL(path.resolve(projectFolder, change.file)).href }));
register(import.meta.resolve('./switch-off-loader.js'), { data });
