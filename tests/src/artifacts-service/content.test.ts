import { kinds } from '@gatecast/contracts';
import { newId } from '@gatecast/database';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SeededGateway, seedArtifact, seedDecision, seedDeployment, seedGateway, seedOrganization } from './seed.js';
import { type Parts, startParts } from './setup.js';

let parts: Parts;
let gateway: SeededGateway;
beforeAll(async () => {
  parts = await startParts();
  gateway = await seedGateway(parts.database, await seedOrganization(parts.database));
});
afterAll(() => parts?.stop());

const get = (path: string, token = gateway.token) =>
  fetch(`${parts.url}${path}`, { headers: { 'api-key': token, accept: 'application/zip' } });
const descriptionOf = async (answer: Response) => ((await answer.json()) as { description: string }).description;
const performedAt = '2026-01-01T00:00:00.000Z';

describe.each(kinds)('$kind', ({ kind, contentPath, filePrefix }) => {
  test('the deployment that is decided for the gateway comes as a zip with one YAML file', async () => {
    const artifact = await seedArtifact(parts.database, gateway.organizationId, kind);
    await seedDeployment(parts.database, artifact, gateway, 'kind: an earlier deployment\n');
    const content = `kind: ${kind}\nmetadata: { name: größe-✓ }\n`;
    const deploymentId = await seedDeployment(parts.database, artifact, gateway, content);
    await seedDeployment(parts.database, artifact, gateway, 'kind: a later deployment\n');
    await seedDecision(parts.database, artifact, gateway, { deploymentId, desiredState: 'DEPLOYED', performedAt });

    const answer = await get(`/${contentPath}/${artifact.artifactId}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${filePrefix}-${artifact.artifactId}.zip"`);
    const archive = new Uint8Array(await answer.arrayBuffer());
    expect(answer.headers.get('content-length')).toBe(String(archive.byteLength));
    const files = unzipSync(archive);
    expect(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)])).toEqual([
      [`${filePrefix}-${artifact.artifactId}.yaml`, content],
    ]);
  });

  test('an artifact of another kind is not found', async () => {
    const other = await seedArtifact(parts.database, gateway.organizationId, kind === 'Mcp' ? 'RestApi' : 'Mcp');
    const deploymentId = await seedDeployment(parts.database, other, gateway, 'kind: other\n');
    await seedDecision(parts.database, other, gateway, { deploymentId, desiredState: 'DEPLOYED', performedAt });
    expect((await get(`/${contentPath}/${other.artifactId}`)).status).toBe(404);
  });

  test('an undeployed artifact has no content', async () => {
    const artifact = await seedArtifact(parts.database, gateway.organizationId, kind);
    const deploymentId = await seedDeployment(parts.database, artifact, gateway, 'kind: x\n');
    await seedDecision(parts.database, artifact, gateway, { deploymentId, desiredState: 'UNDEPLOYED', performedAt });
    const answer = await get(`/${contentPath}/${artifact.artifactId}`);
    expect(answer.status).toBe(404);
    expect(await descriptionOf(answer)).toMatch(/^No active deployment found for this .+ on this gateway$/);
  });
});

test("another organization's artifact is not found, in the same words as an unknown one", async () => {
  const artifact = await seedArtifact(parts.database, await seedOrganization(parts.database), 'RestApi');
  const [foreign, unknown] = await Promise.all([get(`/apis/${artifact.artifactId}`), get(`/apis/${newId()}`)]);
  expect([foreign.status, unknown.status]).toEqual([404, 404]);
  expect(await descriptionOf(foreign)).toBe('API not found');
  expect(await descriptionOf(unknown)).toBe('API not found');
});

test('a deployment on a sibling gateway is not served', async () => {
  const sibling = await seedGateway(parts.database, gateway.organizationId);
  const artifact = await seedArtifact(parts.database, gateway.organizationId, 'RestApi');
  const deploymentId = await seedDeployment(parts.database, artifact, sibling, 'kind: x\n');
  await seedDecision(parts.database, artifact, sibling, { deploymentId, desiredState: 'DEPLOYED', performedAt });
  const answer = await get(`/apis/${artifact.artifactId}`);
  expect(answer.status).toBe(404);
  expect(await descriptionOf(answer)).toBe('No active deployment found for this API on this gateway');
});

test.each(['not-a-uuid', '%00', "'; DROP TABLE artifacts; --", '{0198a000-0000-7000-8000-000000000000}'])(
  'the malformed id %s is not found',
  async (id) => {
    const answer = await get(`/apis/${encodeURIComponent(id)}`);
    expect(answer.status).toBe(404);
  },
);
