// Builds the console into dist/ unless what is there was built from these very sources. Plain JavaScript, so that it runs before
// anything is built; needs libs/contracts and libs/api-client built before it.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const folder = import.meta.dirname;
const dist = path.join(folder, 'dist');
/** Beside the files, and not served: names that begin with a dot are not. */
const mark = path.join(dist, '.built-from');

const sources = hashOf([
  ...filesIn(path.join(folder, 'src')),
  ...['build.mjs', 'index.html', 'package.json', 'tsconfig.json', 'vite.config.ts'].map((name) => path.join(folder, name)),
  path.join(folder, '../../libs/api-client/dist/server-sent-events.js'),
  path.join(folder, '../../libs/contracts/dist/kinds.js'),
  path.join(folder, '../../package-lock.json'),
]);
if (!existsSync(mark) || readFileSync(mark, 'utf8') !== sources) await build();

async function build() {
  const { build: buildWithVite } = await import('vite');
  await buildWithVite({ root: folder, logLevel: 'warn' });
  // Compressed once, here, rather than for each request.
  for (const file of filesIn(dist).filter((name) => /\.(js|css|svg)$/.test(name))) {
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  }
  writeFileSync(mark, sources);
}

function filesIn(place) {
  if (!existsSync(place)) return [];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(path.relative(folder, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}
