import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { kinds } from '@gatecast/contracts';
import { newId } from '@gatecast/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SeededGateway, seedArtifact, seedDeployment, seedGateway, seedOrganization } from './seed.js';
import { type Parts, startParts } from './setup.js';

let parts: Parts;
let gateway: SeededGateway;
const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-archive-'));
beforeAll(async () => {
  parts = await startParts();
  gateway = await seedGateway(parts.database, await seedOrganization(parts.database));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await parts?.stop();
});

const fetchBatch = (body: unknown, accept = 'application/x-tar+gzip') =>
  fetch(`${parts.url}/deployments/fetch-batch`, {
    method: 'POST',
    headers: { 'api-key': gateway.token, 'content-type': 'application/json', accept },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** Unpacks with the system's own tar. Returns the files, in the archive's order, with their content. */
async function unpack(answer: Response): Promise<[string, string][]> {
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/x-tar+gzip');
  const into = mkdtempSync(path.join(folder, 'unpacked-'));
  const file = path.join(into, 'archive.tar.gz');
  writeFileSync(file, new Uint8Array(await answer.arrayBuffer()));
  const listed = spawnSync('tar', ['-xzvf', file, '-C', into], { encoding: 'utf8' });
  expect([listed.status, listed.stderr]).toEqual([0, '']);
  return listed.stdout
    .split('\n')
    .filter(Boolean)
    .map((name) => [name, readFileSync(path.join(into, name), 'utf8')]);
}

test('deployments of every kind come in one archive that tar unpacks', async () => {
  const expected: [string, string][] = [];
  for (const { kind, filePrefix } of kinds) {
    const artifact = await seedArtifact(parts.database, gateway.organizationId, kind);
    const content = `kind: ${kind}\nspec: größe-✓\n`;
    const deploymentId = await seedDeployment(parts.database, artifact, gateway, content);
    expected.push([`${deploymentId}/${filePrefix}-${artifact.artifactId}.yaml`, content]);
  }
  const unpacked = await unpack(await fetchBatch({ deploymentIds: expected.map(([name]) => name.split('/')[0]) }));
  expect(unpacked.sort()).toEqual(expected.sort());
});

test('unknown, malformed and foreign ids are left out, duplicates are there once', async () => {
  const artifact = await seedArtifact(parts.database, gateway.organizationId, 'RestApi');
  const own = await seedDeployment(parts.database, artifact, gateway, 'kind: own\n');
  const sibling = await seedDeployment(
    parts.database,
    artifact,
    await seedGateway(parts.database, gateway.organizationId),
    'kind: sibling\n',
  );
  const unknown = Array.from({ length: 100 }, () => newId());
  const unpacked = await unpack(
    await fetchBatch({ deploymentIds: [own, newId(), sibling, 'not-a-uuid', own, own.toUpperCase(), ...unknown, own] }),
  );
  expect(unpacked).toEqual([[`${own}/api-${artifact.artifactId}.yaml`, 'kind: own\n']]);
});

test('more content than fits in memory at once arrives whole', async () => {
  const artifact = await seedArtifact(parts.database, gateway.organizationId, 'RestApi');
  const contents = new Map<string, string>();
  for (let n = 0; n < 40; n += 1) {
    const content = `n: ${n}\nnoise: ${randomBytes(350_000).toString('base64')}\n`;
    contents.set(await seedDeployment(parts.database, artifact, gateway, content), content);
  }
  const unpacked = await unpack(await fetchBatch({ deploymentIds: [...contents.keys()] }));
  expect(new Map(unpacked.map(([name, content]) => [name.split('/')[0], content]))).toEqual(contents);
});

test('1,000 ids are taken, more are refused with the limit in the message', async () => {
  const ids = Array.from({ length: 1_000 }, () => newId());
  expect(await unpack(await fetchBatch({ deploymentIds: ids }))).toEqual([]);
  const answer = await fetchBatch({ deploymentIds: [...ids, newId()] });
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ code: 413, description: expect.stringContaining('1000') });
});

test.each(['application/gzip', '*/*', 'application/x-tar+gzip, */*'])('Accept: %s is not acceptable', async (accept) => {
  const answer = await fetchBatch({ deploymentIds: [newId()] }, accept);
  expect(answer.status).toBe(406);
  expect(await answer.json()).toMatchObject({ code: 406, message: 'Not Acceptable' });
});

test.each(['{"deploymentIds":[]}', '{"deploymentIds":', '{}'])('the body %s is refused', async (body) => {
  const answer = await fetchBatch(body);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: 400, message: 'Bad Request' });
});
