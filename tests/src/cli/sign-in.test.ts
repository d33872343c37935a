import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { projectFolder } from '@gatecast/stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const sessionFile = () => path.join(world.configFolder, 'session.json');
const login = (...args: string[]) => ['login', '--url', world.stack.endpoints.frontDoor, '--password-stdin', ...args];
const password = () => ({ input: world.stack.credentials.password });

test('npx gatecast is there after npm ci, and says what it can do', () => {
  const usage = execFileSync('npx', ['--no-install', 'gatecast', '--help'], { cwd: projectFolder, encoding: 'utf8' });
  expect(usage).toMatch(/^gatecast COMMAND/);
});

test('a sign-in is kept for its owner alone, without the password', () => {
  expect(statSync(sessionFile()).mode & 0o777).toBe(0o600);
  expect(statSync(world.configFolder).mode & 0o777).toBe(0o700);
  expect(readFileSync(sessionFile(), 'utf8')).not.toContain(world.stack.credentials.password);
});

test('a pipeline signs in by its environment, and stores nothing', async () => {
  const { frontDoor, caFile } = world.stack.endpoints;
  const { username, password: secret } = world.stack.credentials;
  const environment = {
    XDG_CONFIG_HOME: path.join(world.folder, 'nothing'),
    GATECAST_URL: frontDoor,
    GATECAST_CA_FILE: caFile,
    GATECAST_USERNAME: username,
    GATECAST_PASSWORD: secret,
  };
  expect(await world.json(['artifacts'], { environment })).toEqual({ exitCode: 0, body: [] });
  const { GATECAST_URL: _url, ...nobody } = environment;
  expect(await world.gatecast(['artifacts'], { environment: nobody })).toEqual({
    exitCode: 4,
    stdout: '',
    stderr: 'Nobody is signed in: gatecast login\n',
  });
});

test('a sign-in that has ended, and one that is forgotten, say to sign in again', async () => {
  const kept = readFileSync(sessionFile(), 'utf8');
  writeFileSync(sessionFile(), JSON.stringify({ ...JSON.parse(kept), expiresAt: '2026-01-01T00:00:00.000Z' }));
  expect(await world.gatecast(['artifacts'])).toMatchObject({
    exitCode: 4,
    stderr: 'The sign-in ended at 2026-01-01 00:00:00 UTC. Sign in again: gatecast login\n',
  });
  writeFileSync(sessionFile(), JSON.stringify({ ...JSON.parse(kept), token: 'a.b.c' }));
  const refused = await world.gatecast(['artifacts']);
  expect(refused).toMatchObject({
    exitCode: 4,
    stderr: expect.stringMatching(/ Sign in again: gatecast login\. Where GATECAST_TOKEN is set, give it a new one\.\n$/),
  });
  expect((await world.gatecast(['logout'])).exitCode).toBe(0);
  expect(await world.gatecast(['artifacts'])).toMatchObject({ exitCode: 4, stderr: 'Nobody is signed in: gatecast login\n' });
  writeFileSync(sessionFile(), kept);
});

test.each(['{bad', '{}', 'null'])(
  'a stored sign-in that is none (%s) says to sign in again, and can be forgotten',
  async (content) => {
    const kept = readFileSync(sessionFile(), 'utf8');
    writeFileSync(sessionFile(), content);
    expect(await world.gatecast(['artifacts'])).toMatchObject({
      exitCode: 4,
      stdout: '',
      stderr: expect.stringMatching(/^The sign-in in .*session\.json can't be read \(.*\): gatecast login makes it anew\.\n$/),
    });
    expect((await world.gatecast(['logout'])).exitCode).toBe(0);
    expect(await world.gatecast(['artifacts'])).toMatchObject({ exitCode: 4, stderr: 'Nobody is signed in: gatecast login\n' });
    writeFileSync(sessionFile(), kept);
  },
);

describe('what goes wrong is said with what to do', () => {
  test('an authority that is not trusted', async () => {
    const { exitCode, stderr } = await world.gatecast(login('-u', 'admin'), password());
    expect({ exitCode, stderr }).toEqual({
      exitCode: 5,
      stderr: expect.stringMatching(
        /^The certificate of https:\S+ is signed by an authority that is not trusted here: .*--ca-file FILE/,
      ),
    });
  });

  test('a wrong password', async () => {
    const args = login('-u', 'admin', '--ca-file', world.stack.endpoints.caFile);
    expect(await world.gatecast(args, { input: 'wrong' })).toMatchObject({
      exitCode: 4,
      stderr: expect.stringMatching(/^User name or password is wrong\./),
    });
  });

  test('nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const args = ['login', '--url', `https://127.0.0.1:${port}`, '-u', 'admin', '--password-stdin'];
    const { exitCode, stderr } = await world.gatecast(args, password());
    expect({ exitCode, stderr }).toEqual({
      exitCode: 5,
      stderr: expect.stringMatching(/^Nothing listens at https:\/\/127\.0\.0\.1:\d+: /),
    });
  });

  test('nobody is there to be asked', async () => {
    const { exitCode, stderr } = await world.gatecast(['login', '--url', 'https://localhost:1', '-u', 'admin']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('--password-stdin') });
  });

  test.each<[string, Readonly<Record<string, string>>, number, RegExp]>([
    ['a URL that is none', { GATECAST_URL: 'nonsense', GATECAST_TOKEN: 'x' }, 2, /^GATECAST_URL takes a URL such as https:/],
    ['a token for nowhere', { GATECAST_TOKEN: 'x' }, 2, /^GATECAST_TOKEN is set without GATECAST_URL/],
    [
      'another URL than the sign-in is for',
      { GATECAST_URL: 'https://elsewhere.example.com' },
      4,
      /^Nobody is signed in at https:\/\/elsewhere\.example\.com, .*gatecast login/,
    ],
    [
      'a host that does not exist',
      { GATECAST_URL: 'https://nowhere.invalid', GATECAST_TOKEN: 'x' },
      5,
      /^The host of https:\/\/nowhere\.invalid has no address/,
    ],
  ])('%s in the environment', async (_, environment, exitCode, message) => {
    expect(await world.gatecast(['gateways'], { environment })).toMatchObject({
      exitCode,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
  });

  test('a token that is none', async () => {
    const { frontDoor, caFile } = world.stack.endpoints;
    const environment = { GATECAST_URL: frontDoor, GATECAST_CA_FILE: caFile, GATECAST_TOKEN: 'nonsense' };
    expect(await world.gatecast(['gateways', '--json'], { environment })).toMatchObject({
      exitCode: 4,
      stdout: '',
      stderr: expect.stringMatching(/Sign in again: gatecast login\. Where GATECAST_TOKEN is set, give it a new one\.\n$/),
    });
  });

  test('a token that allows too little', async () => {
    const { frontDoor, caFile } = world.stack.endpoints;
    const narrow = await world.api.send<{ token: string }>(
      'POST',
      '/api/portal/v0.9/auth/login',
      new URLSearchParams({ ...world.stack.credentials, scope: 'ap:project:read' }),
    );
    const environment = { GATECAST_URL: frontDoor, GATECAST_CA_FILE: caFile, GATECAST_TOKEN: narrow.token };
    const { exitCode, stderr } = await world.gatecast(['artifacts', '--kind', 'rest-api'], { environment });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 4,
      stderr: expect.stringMatching(/^The token lacks the scope ap:rest_api:read\./),
    });
  });

  test.each(['login', 'logout', 'gateways', 'gateway', 'artifacts', 'why', 'events', 'apply', 'deploy', 'undeploy', 'restore'])(
    '%s says what it can do, with --json among it',
    async (command) => {
      for (const args of [
        [command, '--help'],
        ['help', command],
      ]) {
        const { exitCode, stdout } = await world.gatecast(args);
        expect([exitCode, stdout]).toEqual([
          0,
          expect.stringMatching(new RegExp(`^gatecast ${command} [^]*  --json  [^]*Exit codes: `)),
        ]);
      }
    },
  );

  test.each([
    [['bogus'], /^There is no command 'bogus'\. There are login, /],
    [['deploy'], /^deploy needs KIND\/NAME: gatecast deploy --help\n$/],
    [['deploy', 'reading-list', '--gateway', 'x'], /^An artifact is named KIND\/NAME, .*: 'reading-list' is not\.\n$/],
    [['artifacts', '--bogus'], /^Unknown option '--bogus': gatecast artifacts --help\n$/],
    [['artifacts', 'more'], /^artifacts can't do with 'more': /],
  ])('%j', async (args, message) => {
    expect(await world.gatecast(args)).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringMatching(message) });
  });
});
