#!/usr/bin/env node
// What `npx gatecast` runs. Plain JavaScript that is there before anything is built: builds what is missing or older than its source,
// then hands over.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const inProject = (...parts) => path.join(project, ...parts);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`gatecast needs Node.js 20.19 or newer and this is ${process.versions.node}: install a newer one (https://nodejs.org).`);
}
if (!['libs/contracts', 'libs/api-client', 'services/cli'].every(isBuilt)) build();
const { main } = await import(pathToFileURL(inProject('services/cli/dist/main.js')).href);
process.exitCode = await main(process.argv.slice(2));

function isBuilt(workspace) {
  const mark = inProject(workspace, 'dist/tsconfig.tsbuildinfo');
  if (!existsSync(mark)) return false;
  const builtMs = statSync(mark).mtimeMs;
  const sources = readdirSync(inProject(workspace, 'src'), { recursive: true });
  return sources.every((file) => statSync(inProject(workspace, 'src', file)).mtimeMs <= builtMs);
}

function build() {
  const compiler = inProject('node_modules/typescript/bin/tsc');
  if (!existsSync(compiler)) fail(`The npm packages are missing: run 'npm ci' in ${project} first.`);
  process.stderr.write('Building gatecast …\n');
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, '--build', inProject('services/cli')], {
    encoding: 'utf8',
  });
  if (status !== 0) fail(`${stdout}${stderr}gatecast could not be built in ${project}; the message is above.`);
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
