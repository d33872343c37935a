// What `npm start`, `npm test` and `npm run stack`, `bench`, `chaos` and `conformance` run: makes a fresh clone runnable, then hands over to
// stack/dist/commands/<command>.js. Plain JavaScript without dependencies, because before the first run there are none.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const inProject = (...parts) => path.join(project, ...parts);
const [command = '', ...args] = process.argv.slice(2);

requireNode(20, 19);
inTurn(() => {
  if (!isInstalled()) install();
  if (!isGenerated()) generate();
  build();
});
const module = inProject('stack/dist/commands', `${command}.js`);
if (!existsSync(module)) fail(`There is no command '${command}' (looked for ${module}).`);
const { main } = await import(pathToFileURL(module).href);
await main(args);

function requireNode(major, minor) {
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
    fail(
      `Gatecast needs Node.js ${major}.${minor} or newer and this is ${process.versions.node}: install a newer one (https://nodejs.org) and start again.`,
    );
  }
}

/** Of commands that are started at once one makes the clone runnable; the others wait, and find it made. */
function inTurn(make) {
  const turn = inProject('.making');
  for (let isTold = false; ; ) {
    try {
      writeFileSync(turn, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      // Nothing can be written here, and perhaps nothing needs to be.
      if (error.code !== 'EEXIST') return make();
    }
    if (!isTaken(turn)) {
      rmSync(turn, { force: true });
      continue;
    }
    if (!isTold) say('Waiting for another command that looks whether all is built …');
    isTold = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  make();
  rmSync(turn, { force: true });
}

/** Not by a command that was cut off, whose number another program may have by now. */
function isTaken(turn) {
  try {
    if (Date.now() - statSync(turn).mtimeMs > 600_000) return false;
    return process.kill(Number(readFileSync(turn, 'utf8')), 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Whether every package of the lock file that no platform may lack is installed in the locked version. npm keeps its own record of what it installed. */
function isInstalled() {
  try {
    const { packages: locked } = JSON.parse(readFileSync(inProject('package-lock.json'), 'utf8'));
    const { packages: installed } = JSON.parse(readFileSync(inProject('node_modules/.package-lock.json'), 'utf8'));
    return Object.entries(locked).every(
      ([place, { version, link, optional }]) =>
        !place.includes('node_modules/') || optional || (link ? installed[place]?.link : installed[place]?.version === version),
    );
  } catch {
    return false;
  }
}

function install() {
  requireWritable('to install npm packages');
  say('Installing npm packages (the first time takes a minute) …');
  const npmScript = process.env.npm_execpath;
  const [program, ...first] = npmScript?.endsWith('.js') ? [process.execPath, npmScript] : ['npm'];
  // Results go to standard output, so npm's go where progress goes.
  const { status, error } = spawnSync(program, [...first, 'ci', '--no-fund', '--no-audit'], {
    cwd: project,
    stdio: ['ignore', 2, 2],
  });
  if (error) fail(`npm could not be started (${error.code}): install npm, which comes with Node.js, and start again.`);
  if (status !== 0)
    fail(
      `Installing the npm packages failed; npm's message is above. Mend that (is the registry reachable?) and start again, or run 'npm ci' yourself.`,
    );
}

/** The database client is made from the schema; the mark beside it says from which. */
function isGenerated() {
  const mark = generatedMark();
  return existsSync(mark) && readFileSync(mark, 'utf8') === schemaHash();
}

function generate() {
  requireWritable('to make the database client');
  say('Making the database client …');
  run('node_modules/prisma/build/index.js', ['generate', '--no-hints'], 'Making the database client failed');
  writeFileSync(generatedMark(), schemaHash());
}

function generatedMark() {
  return inProject('libs/database/src/generated/.schema');
}

function schemaHash() {
  const { version } = JSON.parse(readFileSync(inProject('node_modules/prisma/package.json'), 'utf8'));
  return createHash('sha256')
    .update(version)
    .update(readFileSync(inProject('prisma/schema.prisma')))
    .digest('hex');
}

/** Incremental: a second run finds nothing to do. */
function build() {
  if (!existsSync(inProject('stack/dist'))) {
    requireWritable('to build');
    say('Building …');
  }
  run('node_modules/typescript/bin/tsc', ['--build'], 'Building failed');
  run('services/console/build.mjs', [], 'Building the console failed');
}

function run(script, parameters, failure) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [inProject(script), ...parameters], {
    cwd: project,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status === 0) return;
  process.stderr.write(`${stdout}${stderr}`);
  requireWritable('to build');
  fail(`${failure}; its message is above.`);
}

function requireWritable(why) {
  try {
    accessSync(project, constants.W_OK);
  } catch {
    fail(`The folder ${project} can't be written to, which is needed ${why}: clone the project into a folder of your own.`);
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(sentence) {
  say(sentence);
  process.exit(1);
}
