import { sql } from '@gatecast/database';
import { createLogger, type Sweep, startSweep } from '@gatecast/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockPlace } from '../../../services/api-service/dist/deployments/decision.js';
import { timeOut } from '../../../services/api-service/dist/deployments/time-out.js';
import { until } from '../until.js';
import { type Artifact, type Gateway, type Office, openOffice } from './office.js';

let office: Office;
let artifact: Artifact;
let timeOuts: Sweep;

beforeEach(async () => {
  office = await openOffice();
  artifact = await office.artifact();
  const options = {
    database: office.database,
    logger: createLogger('test', 'silent'),
    timeOutMs: 1,
    announceSettled: office.announceSettled,
  };
  timeOuts = startSweep(
    5,
    () => timeOut(options),
    (error) => expect.unreachable(String(error)),
  );
});
afterEach(async () => {
  await timeOuts.stop();
  await office.close();
});

/** What an edge reports of a gateway: events up to here were written to its socket. */
async function written(gateway: Gateway, revision: number, logEpoch = sql`(SELECT epoch FROM log_epoch)`): Promise<void> {
  await office.database.query(sql`
    INSERT INTO gateway_cursors (gateway_id, log_epoch, confirmed, written) VALUES (${gateway.id}, ${logEpoch}, 0, ${revision})
    ON CONFLICT (gateway_id) DO UPDATE SET log_epoch = EXCLUDED.log_epoch, written = EXCLUDED.written`);
}

const status = async (gateway: Gateway) => (await office.place(artifact, gateway)).status;

/** Deploys to one more gateway, writes that to it, and waits until it timed out: so whatever else was due has been due for longer. */
async function sweptOver(): Promise<void> {
  const gateway = await office.gateway();
  await office.deploy(artifact, gateway);
  await written(gateway, (await office.place(artifact, gateway)).revision);
  await until(() => office.place(artifact, gateway)).toMatchObject({ status: 'FAILED', status_reason: 'DEPLOYMENT_TIMEOUT' });
}

test('a gateway that was told and does not answer fails its deployment; one that is offline stays DEPLOYING', async () => {
  const offline = await office.gateway();
  await office.deploy(artifact, offline);

  await sweptOver();

  expect(await office.place(artifact, offline)).toMatchObject({ status: 'DEPLOYING', status_reason: null, written_at: null });
  await written(offline, (await office.place(artifact, offline)).revision);
  await until(() => status(offline)).toBe('FAILED');
  const { deployment_id: deploymentId, correlation_id: correlationId, revision } = await office.place(artifact, offline);
  await until(() => office.settled).toContainEqual({
    organizationId: office.organizationId,
    gatewayId: offline.id,
    artifactId: artifact.id,
    deploymentId,
    correlationId,
    revision,
    status: 'FAILED',
    statusReason: 'DEPLOYMENT_TIMEOUT',
    settledAtMs: expect.any(Number),
  });
});

test('the time does not run for a gateway to which only earlier events were written, or events of another log epoch', async () => {
  const [behind, restored] = [await office.gateway(), await office.gateway()];
  await office.deploy(artifact, behind);
  await office.deploy(artifact, restored);
  await written(behind, (await office.place(artifact, behind)).revision - 1);
  await written(restored, 1_000, sql`gen_random_uuid()`);

  await sweptOver();

  expect([await status(behind), await status(restored)]).toEqual(['DEPLOYING', 'DEPLOYING']);
});

test('an undeploy times out too, what is settled does not', async () => {
  const [deployed, undeploying] = [await office.gateway(), await office.gateway()];
  await office.deploy(artifact, deployed);
  await office.ack(artifact, deployed);
  const deploymentId = await office.deploy(artifact, undeploying);
  await office.ack(artifact, undeploying);
  await office.undeploy(artifact, undeploying, deploymentId);
  for (const gateway of [deployed, undeploying]) await written(gateway, 3);

  await until(() => office.place(artifact, undeploying)).toMatchObject({
    status: 'FAILED',
    status_reason: 'DEPLOYMENT_TIMEOUT',
    desired_state: 'UNDEPLOYED',
  });

  expect(await status(deployed)).toBe('DEPLOYED');
});

test('a new decision starts its time anew, and an ack that comes after the time-out still counts', async () => {
  const gateway = await office.gateway();
  await office.deploy(artifact, gateway);
  await written(gateway, 1);
  await until(() => status(gateway)).toBe('FAILED');

  await office.deploy(artifact, gateway);
  await sweptOver();
  expect(await office.place(artifact, gateway)).toMatchObject({ status: 'DEPLOYING', written_at: null });

  await written(gateway, 2);
  await until(() => status(gateway)).toBe('FAILED');
  await office.ack(artifact, gateway);
  expect(await status(gateway)).toBe('DEPLOYED');
});

test('whoever is deciding about one place does not hold up the time-outs of the others', async () => {
  const decided = await office.gateway();
  await office.deploy(artifact, decided);

  await office.database.transaction(async (transaction) => {
    await lockPlace(transaction, { artifactId: artifact.id, gatewayId: decided.id });
    await written(decided, (await office.place(artifact, decided)).revision);
    await sweptOver();
    expect(await status(decided)).toBe('DEPLOYING');
  });

  await until(() => status(decided)).toBe('FAILED');
});
