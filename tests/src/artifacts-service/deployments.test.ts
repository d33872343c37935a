import type { DesiredState, Kind } from '@gatecast/contracts';
import { newId } from '@gatecast/database';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DeploymentRow } from '../../../services/artifacts-service/dist/deployments.js';
import { type SeededGateway, seedArtifact, seedDecision, seedDeployment, seedGateway, seedOrganization } from './seed.js';
import { type Parts, startParts } from './setup.js';

let parts: Parts;
let gateway: SeededGateway;
beforeAll(async () => {
  parts = await startParts();
});
beforeEach(async () => {
  gateway = await seedGateway(parts.database, await seedOrganization(parts.database));
});
afterAll(() => parts?.stop());

const get = (query = '') => fetch(`${parts.url}/deployments${query}`, { headers: { 'api-key': gateway.token } });
const list = async (query = '') => {
  const answer = await get(query);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { deployments: DeploymentRow[] }).deployments;
};

async function decide(kind: Kind, desiredState: DesiredState, performedAt: string) {
  const artifact = await seedArtifact(parts.database, gateway.organizationId, kind);
  const deploymentId = await seedDeployment(parts.database, artifact, gateway, `kind: ${kind}\n`);
  const etag = await seedDecision(parts.database, artifact, gateway, { deploymentId, desiredState, performedAt });
  return { artifactId: artifact.artifactId, deploymentId, kind, state: desiredState, deployedAt: performedAt, etag };
}

test('rows come by kind, then newest first, with the event as etag and performedAt in milliseconds', async () => {
  const mcp = await decide('Mcp', 'DEPLOYED', '2026-01-04T00:00:00.100Z');
  const older = await decide('RestApi', 'DEPLOYED', '2026-01-01T00:00:00.000Z');
  const proxy = await decide('LlmProxy', 'DEPLOYED', '2026-01-02T00:00:00.010Z');
  const newer = await decide('RestApi', 'DEPLOYED', '2026-01-03T00:00:00.001Z');
  const provider = await decide('LlmProvider', 'DEPLOYED', '2026-01-01T00:00:00.000Z');
  expect(await list()).toEqual([newer, older, provider, proxy, mcp]);
});

test('an undeployed row names what the gateway last acked, not what was decided since', async () => {
  const artifact = await seedArtifact(parts.database, gateway.organizationId, 'RestApi');
  const held = await seedDeployment(parts.database, artifact, gateway, 'kind: held\n');
  const missed = await seedDeployment(parts.database, artifact, gateway, 'kind: missed\n');
  const etag = await seedDecision(parts.database, artifact, gateway, {
    deploymentId: missed,
    desiredState: 'UNDEPLOYED',
    performedAt: '2026-02-02T00:00:00.000Z',
    confirmed: { deploymentId: held, state: 'DEPLOYED', performedAt: '2026-02-01T00:00:00.000Z' },
  });
  expect(await list()).toEqual([
    {
      artifactId: artifact.artifactId,
      deploymentId: held,
      kind: 'RestApi',
      state: 'UNDEPLOYED',
      deployedAt: '2026-02-01T00:00:00.000Z',
      etag,
    },
  ]);
});

test('an undeployed row stays when its deployment is deleted, as long as the gateway once acked it', async () => {
  const artifact = await seedArtifact(parts.database, gateway.organizationId, 'RestApi');
  const confirmed = { deploymentId: newId(), state: 'UNDEPLOYED', performedAt: '2026-02-01T00:00:00.000Z' } as const;
  await seedDecision(parts.database, artifact, gateway, {
    deploymentId: null,
    desiredState: 'UNDEPLOYED',
    performedAt: '2026-02-01T00:00:00.000Z',
    confirmed,
  });
  expect(await list()).toMatchObject([{ deploymentId: confirmed.deploymentId, state: 'UNDEPLOYED' }]);
});

test('an undeployed row that the gateway never acked is left out', async () => {
  const kept = await decide('RestApi', 'DEPLOYED', '2026-01-01T00:00:00.000Z');
  await decide('RestApi', 'UNDEPLOYED', '2026-01-02T00:00:00.000Z');
  expect(await list()).toEqual([kept]);
});

test('since leaves out what was decided at or before it', async () => {
  await decide('RestApi', 'DEPLOYED', '2026-01-01T00:00:00.123Z');
  const later = await decide('RestApi', 'DEPLOYED', '2026-01-01T00:00:00.124Z');
  expect(await list('?since=2026-01-01T00:00:00.123Z')).toEqual([later]);
  expect(await list('?since=2026-01-01T00:00:00.1239Z')).toEqual([later]);
  expect(await list('?since=2026-01-01T02:00:00.123%2B02:00')).toEqual([later]);
  expect(await list('?since=2026-01-01T00:00:00.124Z')).toEqual([]);
});

test.each(['yesterday', '2026-02-30T00:00:00Z', '2026-01-01', ''])('since=%s is refused', async (since) => {
  const answer = await get(`?since=${since}`);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: 400, message: 'Bad Request', description: expect.stringContaining('since') });
});

test("a sibling gateway's decisions are not listed", async () => {
  await decide('RestApi', 'DEPLOYED', '2026-01-01T00:00:00.000Z');
  gateway = await seedGateway(parts.database, gateway.organizationId);
  expect(await list()).toEqual([]);
});
