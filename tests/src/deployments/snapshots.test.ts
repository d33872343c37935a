import { sql } from '@gatecast/database';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Artifact, crowd, type Gateway, type Office, openOffice } from './office.js';

/** Most deployments that are kept of an artifact on a gateway. */
const snapshotsMax = 120;

let office: Office;
let artifact: Artifact;
let gateway: Gateway;

beforeEach(async () => {
  office = await openOffice();
  artifact = await office.artifact();
  gateway = await office.gateway();
});
afterEach(() => office.close());

async function kept(): Promise<string[]> {
  const rows = await office.database.query<{ id: string }>(sql`
    SELECT id FROM deployments WHERE artifact_id = ${artifact.id} AND gateway_id = ${gateway.id}`);
  return rows.map(({ id }) => id);
}

test('two hundred deploys by a crowd never leave more deployments than the limit, and all of them are decided', async () => {
  const counts = await crowd(200, async () => {
    await office.deploy(artifact, gateway);
    return (await kept()).length;
  });

  expect(Math.max(...counts)).toBeLessThanOrEqual(snapshotsMax);
  expect(await office.events()).toHaveLength(200);
  expect((await kept()).length).toBeGreaterThan(snapshotsMax - 10);
  expect(await kept()).toContain((await office.place(artifact, gateway)).deployment_id);
});

test('what the gateway serves is kept however old it is, and so are the deployments on other gateways', async () => {
  const elsewhere = await office.gateway();
  await office.deploy(artifact, elsewhere);
  const served = await office.deploy(artifact, gateway);
  await office.ack(artifact, gateway);
  const oldest = await office.deploy(artifact, gateway);
  for (let count = 0; count < snapshotsMax; count += 1) await office.deploy(artifact, gateway);

  expect(await kept()).toContain(served);
  expect(await kept()).not.toContain(oldest);
  expect(await office.database.query(sql`SELECT 1 FROM deployments WHERE gateway_id = ${elsewhere.id}`)).toHaveLength(1);
});
