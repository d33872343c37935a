import { newId, sql } from '@gatecast/database';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Artifact, type Gateway, type Office, openOffice } from './office.js';

let office: Office;
let artifact: Artifact;
let gateway: Gateway;

beforeEach(async () => {
  office = await openOffice();
  artifact = await office.artifact();
  gateway = await office.gateway();
});
afterEach(() => office.close());

const place = () => office.place(artifact, gateway);
const timeOut = () =>
  office.database.query(sql`UPDATE artifact_gateways SET status = 'FAILED', status_reason = 'DEPLOYMENT_TIMEOUT'`);

test('an ack settles the deploy whose performedAt it carries, and says what the gateway is known to hold', async () => {
  const deploymentId = await office.deploy(artifact, gateway);
  const { performed_at: performedAt } = await place();

  await office.ack(artifact, gateway);

  expect(await place()).toMatchObject({
    status: 'DEPLOYED',
    status_reason: null,
    confirmed_deployment_id: deploymentId,
    confirmed_state: 'DEPLOYED',
    confirmed_performed_at: performedAt,
  });
});

test('an ack settles an undeploy', async () => {
  const deploymentId = await office.deploy(artifact, gateway);
  await office.ack(artifact, gateway);
  await office.undeploy(artifact, gateway, deploymentId);

  await office.ack(artifact, gateway);

  expect(await place()).toMatchObject({
    status: 'UNDEPLOYED',
    confirmed_deployment_id: deploymentId,
    confirmed_state: 'UNDEPLOYED',
  });
});

test.each([
  ['without trailing zeros', (at: string) => at.replace(/0+Z$/, 'Z').replace('.Z', 'Z')],
  ['with nanoseconds', (at: string) => at.replace('Z', '000000Z')],
  ['with another offset', (at: string) => new Date(Date.parse(at) + 2 * 3_600_000).toISOString().replace('Z', '+02:00')],
])('an instant counts as it is meant, also written %s', async (_, write) => {
  await office.deploy(artifact, gateway);
  await office.database.query(sql`UPDATE artifact_gateways SET performed_at = '2026-05-04T03:02:01.120Z'`);

  await office.ack(artifact, gateway, { performedAt: write('2026-05-04T03:02:01.120Z') });

  expect((await place()).status).toBe('DEPLOYED');
});

test('a failed ack fails the deployment with its reason, and one with an unknown reason counts as a processing error', async () => {
  await office.deploy(artifact, gateway);
  await office.ack(artifact, gateway, { status: 'failed', errorCode: 'GATEWAY_PROCESSING_ERROR' });
  expect(await place()).toMatchObject({
    status: 'FAILED',
    status_reason: 'GATEWAY_PROCESSING_ERROR',
    confirmed_deployment_id: null,
  });

  await office.deploy(artifact, gateway);
  await office.ack(artifact, gateway, { status: 'failed', errorCode: 'OUT_OF_CHEESE' });
  expect(await place()).toMatchObject({ status: 'FAILED', status_reason: 'GATEWAY_PROCESSING_ERROR' });
});

test('a late success beats the time-out', async () => {
  const deploymentId = await office.deploy(artifact, gateway);
  await timeOut();
  await office.ack(artifact, gateway);
  expect(await place()).toMatchObject({ status: 'DEPLOYED', status_reason: null, confirmed_deployment_id: deploymentId });

  await office.undeploy(artifact, gateway, deploymentId);
  await timeOut();
  await office.ack(artifact, gateway);
  expect(await place()).toMatchObject({ status: 'UNDEPLOYED', status_reason: null });
});

test('a late failure gives the time-out its true reason', async () => {
  await office.deploy(artifact, gateway);
  await timeOut();
  await office.ack(artifact, gateway, { status: 'failed' });
  expect(await place()).toMatchObject({ status: 'FAILED', status_reason: 'GATEWAY_PROCESSING_ERROR' });
});

test('a success after a failure of the same decision counts, a failure after its success does not', async () => {
  await office.deploy(artifact, gateway);
  await office.ack(artifact, gateway, { status: 'failed' });
  await office.ack(artifact, gateway);
  const settled = await place();
  expect(settled.status).toBe('DEPLOYED');

  await office.ack(artifact, gateway, { status: 'failed' });
  await office.ack(artifact, gateway, { status: 'failed', errorCode: 'DEPLOYMENT_ID_MISMATCH' });

  expect(await place()).toEqual(settled);
});

describe('nothing is changed by', () => {
  test.each(['success', 'failed'] as const)('a doubled ack of %s', async (status) => {
    await office.deploy(artifact, gateway);
    await office.ack(artifact, gateway, { status });
    const settled = await place();

    await office.ack(artifact, gateway, { status });

    expect(await place()).toEqual(settled);
  });

  test('an ack of an earlier decision', async () => {
    await office.deploy(artifact, gateway);
    const old = await office.verdict(artifact, gateway);
    await office.deploy(artifact, gateway);
    const before = await place();

    await office.applyAck(old);
    await office.applyAck({ ...old, ack: { ...old.ack, status: 'failed' } });

    expect(await place()).toEqual(before);
  });

  test.each([
    ['with another performedAt', { performedAt: '2026-05-04T03:02:01.12Z' }],
    ['for another action', { action: 'undeploy' as const }],
    ['for an artifact that does not exist', { artifactId: newId() }],
  ])('an ack %s', async (_, wrong) => {
    await office.deploy(artifact, gateway);
    const before = await place();

    for (const status of ['success', 'failed'] as const) await office.ack(artifact, gateway, { ...wrong, status });

    expect(await place()).toEqual(before);
  });

  test('an ack that came over the connection of another gateway, or of another organization', async () => {
    await office.deploy(artifact, gateway);
    const verdict = await office.verdict(artifact, gateway);
    const before = await place();

    for (const status of ['success', 'failed'] as const) {
      const ack = { ...verdict.ack, status };
      await office.applyAck({ ...verdict, ack, gatewayId: (await office.gateway()).id });
      await office.applyAck({ ...verdict, ack, organizationId: newId() });
    }

    expect(await place()).toEqual(before);
    expect(await office.events()).toHaveLength(1);
  });
});

describe('an undeploy that the gateway refuses because it holds another deployment', () => {
  beforeEach(async () => {
    const deploymentId = await office.deploy(artifact, gateway);
    await office.ack(artifact, gateway);
    await office.undeploy(artifact, gateway, deploymentId);
    office.wakes.length = 0;
  });
  const mismatch = () => office.ack(artifact, gateway, { status: 'failed', errorCode: 'DEPLOYMENT_ID_MISMATCH' });

  test('is issued again, newer and without an id, so that it applies to whatever the gateway holds', async () => {
    const refused = await place();

    await mismatch();

    const issued = await place();
    expect(issued).toMatchObject({
      desired_state: 'UNDEPLOYED',
      status: 'UNDEPLOYING',
      status_reason: null,
      revision: 3,
      deployment_id: refused.deployment_id,
    });
    expect(issued.performed_at.getTime()).toBeGreaterThan(refused.performed_at.getTime());
    expect((await office.events()).at(-1)).toMatchObject({
      id: issued.correlation_id,
      gateway_id: gateway.id,
      type: 'api.undeployed',
      frame: { payload: { deploymentId: '', performedAt: issued.performed_at.toISOString() } },
    });
    expect(office.wakes).toEqual([office.organizationId]);
    await office.ack(artifact, gateway);
    expect((await place()).status).toBe('UNDEPLOYED');
  });

  test('is issued again once, however often the refusal is heard or repeated', async () => {
    const refusal = await office.verdict(artifact, gateway, { status: 'failed', errorCode: 'DEPLOYMENT_ID_MISMATCH' });
    await Promise.all([office.applyAck(refusal), office.applyAck(refusal)]);
    expect(await office.events()).toHaveLength(3);

    await mismatch();

    expect(await office.events()).toHaveLength(3);
    expect(await place()).toMatchObject({ status: 'FAILED', status_reason: 'DEPLOYMENT_ID_MISMATCH' });
  });
});

describe('what became known is announced after the commit', () => {
  test('an ack and a refusal, with the decision that they belong to', async () => {
    const deploymentId = await office.deploy(artifact, gateway);
    const { correlation_id: correlationId, revision } = await place();
    const decision = {
      organizationId: office.organizationId,
      gatewayId: gateway.id,
      artifactId: artifact.id,
      deploymentId,
      correlationId,
      revision,
    };

    await office.ack(artifact, gateway, { status: 'failed', errorCode: 'X' });
    await office.ack(artifact, gateway);

    expect(office.settled).toEqual([
      { ...decision, status: 'FAILED', statusReason: 'GATEWAY_PROCESSING_ERROR', settledAtMs: expect.any(Number) },
      { ...decision, status: 'DEPLOYED', statusReason: null, settledAtMs: (await place()).updated_at.getTime() },
    ]);
  });

  test('nothing, when the ack belongs to nothing that is open or what it refuses is issued again at once', async () => {
    const deploymentId = await office.deploy(artifact, gateway);
    await office.ack(artifact, gateway);
    await office.ack(artifact, gateway);
    expect(office.settled).toHaveLength(1);
    await office.undeploy(artifact, gateway, deploymentId);

    await office.ack(artifact, gateway, { status: 'failed', errorCode: 'DEPLOYMENT_ID_MISMATCH' });

    expect((await place()).status).toBe('UNDEPLOYING');
    expect(office.settled).toHaveLength(1);
  });
});
