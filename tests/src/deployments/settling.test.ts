import { sql } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockForCredentialsById } from '../../../services/api-service/dist/credentials/holders.js';
import { lockPlace } from '../../../services/api-service/dist/deployments/decision.js';
import { reissuesMax, settle } from '../../../services/api-service/dist/deployments/settling.js';
import { type Artifact, type Gateway, type Office, openOffice } from './office.js';

let office: Office;
let artifact: Artifact;
let gateway: Gateway;
let acksWaiting: number;

beforeEach(async () => {
  office = await openOffice();
  artifact = await office.artifact();
  gateway = await office.gateway();
  acksWaiting = 0;
});
afterEach(() => office.close());

const place = () => office.place(artifact, gateway);
const sweep = () =>
  settle({
    database: office.database,
    logger: createLogger('test', 'silent'),
    wakeRelay: () => undefined,
    acksWaiting: async () => acksWaiting,
  });

/** A gateway's receipt for everything so far. */
const receive = (from = gateway) =>
  office.database.query(sql`
    INSERT INTO gateway_cursors (gateway_id, log_epoch, confirmed, written)
    SELECT ${from.id}, epoch, revision, revision FROM log_epoch, organization_heads WHERE organization_id = ${office.organizationId}
    ON CONFLICT (gateway_id) DO UPDATE SET confirmed = EXCLUDED.confirmed, written = EXCLUDED.written`);
/** What happened so far was long ago. */
const age = () => office.database.query(sql`UPDATE artifact_gateways SET receipt_at = receipt_at - interval '1 hour'`);
const due = () =>
  office.database.query(sql`
    UPDATE artifact_gateways SET receipt_at = receipt_at - interval '1 hour', reissue_at = reissue_at - interval '1 hour'`);
const timeOut = () =>
  office.database.query(sql`UPDATE artifact_gateways SET status = 'FAILED', status_reason = 'DEPLOYMENT_TIMEOUT'`);

test.each(['in time', 'only after its time-out'])(
  'a decision that a gateway handled %s without an ack is issued again',
  async (when) => {
    const deploymentId = await office.deploy(artifact, gateway);
    const before = await place();
    if (when !== 'in time') await timeOut();
    await receive();
    await sweep();
    await age();

    await sweep();

    const after = await place();
    expect(after).toMatchObject({ status: 'DEPLOYING', status_reason: null, deployment_id: deploymentId });
    expect(after.performed_at.getTime()).toBeGreaterThan(before.performed_at.getTime());
    expect((await office.events()).at(-1)).toMatchObject({ id: after.correlation_id, type: 'api.deployed' });
    await office.ack(artifact, gateway);
    expect((await place()).status).toBe('DEPLOYED');
  },
);

test('a decision that timed out and that the gateway has not handled yet is left alone', async () => {
  await office.deploy(artifact, gateway);
  await timeOut();
  await sweep();
  await age();
  await sweep();

  expect(await place()).toMatchObject({ status: 'FAILED', status_reason: 'DEPLOYMENT_TIMEOUT' });
  expect(await office.events()).toHaveLength(1);
});

test('a decision is not issued again while its ack may still wait in the work queue', async () => {
  await office.deploy(artifact, gateway);
  await receive();
  await sweep();
  await age();

  acksWaiting = 1;
  await sweep();
  expect(await office.events()).toHaveLength(1);

  acksWaiting = 0;
  await sweep();
  expect(await office.events()).toHaveLength(2);
});

test('whoever is deciding about one place holds up no other, and is not kept waiting by those that the sweep has looked at', async () => {
  const other = await office.gateway();
  await office.deploy(artifact, gateway);
  await office.deploy(artifact, other);
  await receive();
  await receive(other);

  await office.database.transaction(async (transaction) => {
    await lockPlace(transaction, { artifactId: artifact.id, gatewayId: gateway.id });
    await sweep();
  });
  await age();
  await sweep();

  const events = await office.events();
  expect(events.map(({ gateway_id }) => gateway_id)).toEqual([gateway.id, other.id, other.id]);
});

test('what is to be issued again does not wait for an artifact whose keys are being changed, and that one comes later', async () => {
  const other = await office.artifact();
  await office.deploy(artifact, gateway);
  await office.deploy(other, gateway);
  await office.database.query(sql`UPDATE artifact_gateways SET reissue_at = clock_timestamp()`);

  await office.database.transaction(async (transaction) => {
    await lockForCredentialsById(transaction, artifact.id);
    expect(await sweep()).toBe(1);
  });
  expect((await office.events()).at(-1)?.entity_id).toBe(other.id);

  expect(await sweep()).toBe(1);
  expect((await office.events()).at(-1)?.entity_id).toBe(artifact.id);
});

test('an undeploy that is to be issued again, since the gateway fetched the deployment meanwhile, still is when its ack comes', async () => {
  const deploymentId = await office.deploy(artifact, gateway);
  await office.ack(artifact, gateway);
  await office.undeploy(artifact, gateway, deploymentId);
  const before = await place();
  await office.database.query(sql`UPDATE artifact_gateways SET reissue_at = clock_timestamp()`);
  await office.ack(artifact, gateway);
  expect((await place()).status).toBe('UNDEPLOYED');

  await sweep();

  const after = await place();
  expect(after).toMatchObject({ status: 'UNDEPLOYING', desired_state: 'UNDEPLOYED' });
  expect(after.performed_at.getTime()).toBeGreaterThan(before.performed_at.getTime());
  await office.ack(artifact, gateway);
  await sweep();
  expect((await place()).status).toBe('UNDEPLOYED');
});

test('a deploy that is to be issued again, since its archive broke off, still is when the ack of its event comes late', async () => {
  const deploymentId = await office.deploy(artifact, gateway);
  const before = await place();
  await receive();
  await office.database.query(sql`UPDATE artifact_gateways SET reissue_at = clock_timestamp()`);
  await office.ack(artifact, gateway);
  expect((await place()).status).toBe('DEPLOYED');

  await sweep();

  const after = await place();
  expect(after).toMatchObject({ status: 'DEPLOYING', deployment_id: deploymentId });
  expect(after.performed_at.getTime()).toBeGreaterThan(before.performed_at.getTime());
  await office.ack(artifact, gateway);
  await sweep();
  expect((await place()).status).toBe('DEPLOYED');
});

test('a deploy whose failure was followed by its success is done with, also when it was due to be issued again', async () => {
  await office.deploy(artifact, gateway);
  await office.ack(artifact, gateway, { status: 'failed', errorCode: 'GATEWAY_PROCESSING_ERROR' });
  await due();
  await office.ack(artifact, gateway);
  const before = await place();
  expect(before.status).toBe('DEPLOYED');
  await sweep();

  expect(await place()).toEqual(before);
});

test('an undeploy whose failure was followed by its success is done with', async () => {
  const deploymentId = await office.deploy(artifact, gateway);
  await office.ack(artifact, gateway);
  await office.undeploy(artifact, gateway, deploymentId);
  await office.ack(artifact, gateway, { status: 'failed', errorCode: 'GATEWAY_PROCESSING_ERROR' });
  await office.ack(artifact, gateway);
  const before = await place();
  await due();
  await sweep();

  expect(await place()).toEqual(before);
  expect((await place()).status).toBe('UNDEPLOYED');
});

test('an undeploy that is to be issued again, since the gateway fetched the deployment meanwhile, still is when it failed', async () => {
  const deploymentId = await office.deploy(artifact, gateway);
  await office.ack(artifact, gateway);
  await office.undeploy(artifact, gateway, deploymentId);
  const before = await place();
  await office.database.query(sql`UPDATE artifact_gateways SET reissue_at = clock_timestamp()`);
  await office.ack(artifact, gateway, { status: 'failed', errorCode: 'GATEWAY_PROCESSING_ERROR' });
  await sweep();

  expect((await place()).performed_at.getTime()).toBeGreaterThan(before.performed_at.getTime());
});

test('what is to be issued again does not wait for the acks of however many others', async () => {
  const others = await Promise.all(Array.from({ length: 210 }, () => office.artifact()));
  for (const other of others) await office.deploy(other, gateway);
  await receive();
  await sweep();
  await age();
  await office.deploy(artifact, gateway);
  const before = await place();
  await office.database.query(
    sql`UPDATE artifact_gateways SET reissue_at = clock_timestamp() WHERE artifact_id = ${artifact.id}`,
  );
  acksWaiting = 1;

  await sweep();

  expect((await place()).performed_at.getTime()).toBeGreaterThan(before.performed_at.getTime());
});

test('a deploy that failed is issued again some times, since its content may not have arrived', async () => {
  const fail = () => office.ack(artifact, gateway, { status: 'failed', errorCode: 'GATEWAY_PROCESSING_ERROR' });
  await office.deploy(artifact, gateway);
  for (let reissue = 1; reissue <= reissuesMax; reissue += 1) {
    await fail();
    expect(await place()).toMatchObject({ status: 'FAILED', status_reason: 'GATEWAY_PROCESSING_ERROR' });
    await sweep();
    expect(await office.events()).toHaveLength(reissue);
    await due();
    await sweep();
    expect(await place()).toMatchObject({ status: 'DEPLOYING' });
    expect(await office.events()).toHaveLength(reissue + 1);
  }

  await fail();
  await receive();
  await due();
  await sweep();

  expect(await place()).toMatchObject({ status: 'FAILED', status_reason: 'GATEWAY_PROCESSING_ERROR' });
  expect(await office.events()).toHaveLength(reissuesMax + 1);
});

test('an undeploy that failed is issued again, since the gateway could not store it and serves on', async () => {
  const deploymentId = await office.deploy(artifact, gateway);
  await office.ack(artifact, gateway);
  await office.undeploy(artifact, gateway, deploymentId);
  await office.ack(artifact, gateway, { status: 'failed', errorCode: 'GATEWAY_PROCESSING_ERROR' });
  expect(await place()).toMatchObject({ status: 'FAILED', status_reason: 'GATEWAY_PROCESSING_ERROR' });
  const before = await place();
  await due();
  await sweep();

  const after = await place();
  expect(after).toMatchObject({ status: 'UNDEPLOYING', status_reason: null });
  expect(after.performed_at.getTime()).toBeGreaterThan(before.performed_at.getTime());
  await office.ack(artifact, gateway);
  expect((await place()).status).toBe('UNDEPLOYED');
});
