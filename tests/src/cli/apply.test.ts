import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openApiClient } from '@gatecast/api-client';
import { openNodeTransport } from '@gatecast/api-client/node';
import { projectFolder } from '@gatecast/stack';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readArtifactFiles } from '../../../services/cli/dist/apply/artifact-file.js';
import { perform, planOf, type Step } from '../../../services/cli/dist/apply/plan.js';
import { startWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const examples = path.join(projectFolder, 'examples');

test('the examples are made once: shown first, made after a yes, and left alone the second time', async () => {
  const shown = await world.gatecast(['apply', '-f', examples, '--dry-run']);
  expect(shown).toMatchObject({ exitCode: 0, stderr: 'Nothing was changed.\n' });
  expect(shown.stdout).toMatch(/^\+ rest-api\/reading-list$/m);
  expect(shown.stdout).toMatch(/^ {4}\+ {3}"context": "\/reading-list",$/m);
  expect(shown.stdout).toMatch(/^4 to create, 0 to change, 0 as they should be\.$/m);
  expect(await world.json(['artifacts'])).toEqual({ exitCode: 0, body: [] });

  expect(await world.gatecast(['apply', '-f', examples])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('say --yes'),
  });
  expect(await world.json(['artifacts'])).toEqual({ exitCode: 0, body: [] });

  const made = await world.gatecast(['apply', '-f', examples, '--yes']);
  expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^llm-proxy\/support-assistant created$/m) });

  const again = await world.gatecast(['apply', '-f', examples]);
  expect(again).toMatchObject({ exitCode: 0, stderr: '' });
  expect(again.stdout).toMatch(/^0 to create, 0 to change, 4 as they should be\.$/m);
});

test('a changed file changes its artifact alone, and its difference is what differs', async () => {
  const folder = path.join(world.folder, 'rest-apis');
  mkdirSync(folder);
  const file = path.join(folder, 'books.json');
  const { description: _old, ...example } = JSON.parse(readFileSync(path.join(examples, 'rest-api.json'), 'utf8'));
  writeFileSync(file, JSON.stringify({ ...example, description: 'Books' }));
  copyFileSync(path.join(examples, 'mcp-proxy.json'), path.join(world.folder, 'weather.mcp-proxy.json'));

  const args = ['apply', '-f', file, '-f', path.join(world.folder, 'weather.mcp-proxy.json'), '--yes'];
  const { exitCode, body } = await world.json(args);
  expect(exitCode).toBe(0);
  const [books, weather] = body as { action: string; isApplied: boolean; difference: string[] }[];
  expect(weather).toMatchObject({ action: 'none', isApplied: false, difference: [] });
  expect(books).toMatchObject({ action: 'change', isApplied: true });
  expect(books?.difference.filter((line) => !line.startsWith(' '))).toEqual([
    '-   "description": "Books that a reader has read, reads and wants to read",',
    '+   "description": "Books",',
  ]);
  expect(await world.api.send('GET', '/api/v0.9/rest-apis/reading-list')).toMatchObject({ description: 'Books' });
});

test('what somebody else has changed since the difference was shown is not overwritten', async () => {
  const example = JSON.parse(readFileSync(path.join(examples, 'rest-api.json'), 'utf8'));
  const change = (description: string) => world.api.send('PUT', '/api/v0.9/rest-apis/reading-list', { ...example, description });
  await change('What the difference is to');
  const transport = openNodeTransport({ ca: readFileSync(world.stack.endpoints.caFile, 'utf8') });
  const api = openApiClient({
    url: world.stack.endpoints.frontDoor,
    credentials: { ...world.stack.credentials, organization: 'people' },
    transport,
  });
  const [step] = await planOf(api, readArtifactFiles([path.join(examples, 'rest-api.json')]));
  await change('What came between');
  await expect(perform(api, step as Step)).rejects.toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
  expect(await world.api.send('GET', '/api/v0.9/rest-apis/reading-list')).toMatchObject({ description: 'What came between' });
  await transport.close();
});

test('what the API refuses is told with its file, and what was applied before', async () => {
  const write = (name: string, body: object) => {
    const file = path.join(world.folder, name);
    writeFileSync(file, JSON.stringify(body));
    return file;
  };
  const example = JSON.parse(readFileSync(path.join(examples, 'rest-api.json'), 'utf8'));
  const good = write('good.rest-api.json', { ...example, id: 'good', displayName: 'Good' });
  const bad = write('bad.llm-provider.json', { id: 'bad', displayName: 'Bad', version: 'one' });
  const { exitCode, stderr } = await world.gatecast(['apply', '-f', bad, '-f', good, '--yes']);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/bad\.llm-provider\.json: .*template/);
  expect(stderr).toMatch(/^1 of 2 had been applied before\.$/m);
});

test.each([
  ['no-kind.json', '{"id":"x"}', /no-kind\.json does not say its kind: call it \*\.rest-api\.json/],
  ['rest-api.json', '{', /rest-api\.json is no JSON: /],
  ['nameless.rest-api.json', '{}', /nameless\.rest-api\.json has no id: /],
])('%s is named as what is wrong', async (name, content, message) => {
  const file = path.join(world.folder, name);
  writeFileSync(file, content);
  expect(await world.gatecast(['apply', '-f', file])).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(message),
  });
});

test('what the server holds steers no terminal', async () => {
  const example = JSON.parse(readFileSync(path.join(examples, 'rest-api.json'), 'utf8'));
  const evil = '\u001b]0;owned\u0007 \u009b2J \u202egpj.exe';
  await world.api.send('PUT', '/api/v0.9/rest-apis/reading-list', { ...example, description: evil });
  for (const args of [
    ['apply', '-f', examples, '--dry-run'],
    ['apply', '-f', examples, '--dry-run', '--json'],
  ]) {
    const { stdout } = await world.gatecast(args);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there.
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(stdout).toContain('\\u009b2J');
  }
});
