import { artifactChange } from '@gatecast/contracts';
import { newId, sql } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDeployments } from '../../../services/api-service/dist/deployments/deployments.js';
import { appendEvents, newEvent } from '../../../services/api-service/dist/event-log/append.js';
import { type Artifact, crowd, type Gateway, type LoggedEvent, type Office, openOffice } from './office.js';

let office: Office;

beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const several = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make));
const performedAts = (events: readonly LoggedEvent[]) => events.map(({ frame }) => Date.parse(frame.payload.performedAt ?? ''));
const isIncreasing = (numbers: readonly number[]) =>
  numbers.every((number, index) => index === 0 || number > (numbers[index - 1] as number));

/** Everything that a decision writes. */
async function written(): Promise<unknown> {
  const { database } = office;
  return {
    heads: await database.query(sql`SELECT revision FROM organization_heads`),
    events: await database.query(sql`SELECT count(*) FROM events`),
    deployments: await database.query(sql`SELECT count(*) FROM deployments`),
    artifacts: await database.query(sql`SELECT count(*) FROM artifacts`),
    tombstones: await database.query(sql`SELECT count(*) FROM tombstones`),
    places: await database.query(sql`SELECT * FROM artifact_gateways`),
  };
}

test('fifty deploys by a crowd, over several artifacts and gateways, get revisions without gaps in the order of their commits', async () => {
  const artifacts = await several(3, office.artifact);
  const gateways = await several(3, office.gateway);
  const at = (list: readonly unknown[], index: number) => list[index % list.length];
  const decisions = Array.from({ length: 50 }, (_, index) => ({
    artifact: at(artifacts, index) as Artifact,
    gateway: at(gateways, Math.floor(index / 3)) as Gateway,
  }));

  const deploymentIds = await crowd(50, (index) => {
    const { artifact, gateway } = decisions[index] as (typeof decisions)[number];
    return office.deploy(artifact, gateway);
  });

  const events = await office.events();
  expect(events.map(({ revision }) => revision)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  expect(events.map(({ frame }) => frame.payload.deploymentId).toSorted()).toEqual(deploymentIds.toSorted());
  // By one clock, and taken while the head is held: the order of the commits.
  const committed = events.map(({ committed_at }) => committed_at.getTime());
  expect(committed).toEqual(committed.toSorted((a, b) => a - b));

  for (const artifact of artifacts) {
    for (const gateway of gateways) {
      const own = events.filter(({ entity_id, gateway_id }) => entity_id === artifact.id && gateway_id === gateway.id);
      expect(own.length).toBeGreaterThan(1);
      expect(performedAts(own)).toSatisfy(isIncreasing);
      const last = own.at(-1);
      expect(await office.place(artifact, gateway)).toMatchObject({
        revision: last?.revision,
        correlation_id: last?.id,
        deployment_id: last?.frame.payload.deploymentId,
        performed_at: new Date(last?.frame.payload.performedAt ?? ''),
      });
    }
  }
});

test('performedAt increases by at least a millisecond, also when the clock stands still or went back', async () => {
  const [artifact, gateway] = [await office.artifact(), await office.gateway()];
  const deploymentId = await office.deploy(artifact, gateway);
  const future = Date.UTC(2100, 0, 1);
  await office.database.query(sql`UPDATE artifact_gateways SET performed_at = ${new Date(future)}`);

  await office.undeploy(artifact, gateway, deploymentId);
  await office.deployments.restore(artifact, deploymentId, gateway.handle, 'test');
  await office.deploy(artifact, gateway);

  expect(performedAts((await office.events()).slice(1))).toEqual([future + 1, future + 2, future + 3]);
  expect((await office.place(artifact, gateway)).performed_at.getTime()).toBe(future + 3);
});

test('performedAt has whole milliseconds, as gateways keep it', async () => {
  const [artifact, gateway] = [await office.artifact(), await office.gateway()];
  await several(5, () => office.deploy(artifact, gateway));
  const fractions = await office.database.query<{ microseconds: number }>(sql`
    SELECT (extract(microseconds FROM performed_at)::int % 1000) AS microseconds FROM artifact_gateways`);
  expect(fractions).toEqual([{ microseconds: 0 }]);
});

test('when the event cannot be appended, nothing of the decision is left', async () => {
  const [artifact, gateway] = [await office.artifact(), await office.gateway()];
  const served = await office.deploy(artifact, gateway);
  await office.ack(artifact, gateway);
  const second = await office.artifact();
  const before = await written();
  const wakesBefore = office.wakes.length;
  await office.database.query(sql`ALTER TABLE events ADD CONSTRAINT full_disk CHECK (false) NOT VALID`);

  const decisions = await Promise.allSettled([
    office.deploy(artifact, gateway),
    office.deploy(second, gateway),
    office.undeploy(artifact, gateway, served),
    office.deployments.deleteArtifact(artifact, 'test'),
  ]);

  for (const decision of decisions) expect(decision).toMatchObject({ status: 'rejected', reason: { constraint: 'full_disk' } });
  expect(await written()).toEqual(before);
  expect(office.wakes).toHaveLength(wakesBefore);
});

test('an organization whose events cannot be ordered decides nothing', async () => {
  const [artifact, gateway] = [await office.artifact(), await office.gateway()];
  await office.database.query(sql`DELETE FROM organization_heads`);
  const before = await written();

  await expect(office.deploy(artifact, gateway)).rejects.toThrow('has no head');

  expect(await written()).toEqual(before);
});

test('an event larger than what can be delivered is refused, and its decision with it', async () => {
  const [artifact, gateway] = [await office.artifact(), await office.gateway()];
  const before = await written();
  const deployAs = (actor: string) =>
    office.deployments.deploy(
      artifact,
      { name: 'deployment', base: 'current', gatewayHandles: [gateway.handle], metadata: {} },
      actor,
    );

  await expect(deployAs('x'.repeat(512 * 1024))).rejects.toMatchObject({ status: 413 });
  // Bytes count, not characters.
  await expect(deployAs('ü'.repeat(256 * 1024))).rejects.toMatchObject({ status: 413 });

  expect(await written()).toEqual(before);
  await deployAs('x'.repeat(511 * 1024));
  expect(await office.events()).toHaveLength(1);
});

test('the relay is woken when the event can be read by others, and never for what was refused', async () => {
  const [artifact, gateway] = [await office.artifact(), await office.gateway()];
  const readable: Promise<LoggedEvent[]>[] = [];
  const { deploy } = createDeployments({
    database: office.database,
    logger: createLogger('test', 'silent'),
    wakeRelay: () => void readable.push(office.events()),
  });
  const request = { name: 'deployment', base: 'current', gatewayHandles: [gateway.handle], metadata: {} };

  await deploy(artifact, request, 'test');
  await expect(deploy(artifact, { ...request, gatewayHandles: ['nowhere'] }, 'test')).rejects.toThrow();

  expect(await Promise.all(readable)).toMatchObject([[{ revision: 1, type: 'api.deployed' }]]);
});

test('however much one change says, its revisions follow each other', async () => {
  const frame = 'x'.repeat(1_000_000);
  const events = Array.from({ length: 40 }, () => ({
    ...newEvent(artifactChange({ kind: 'RestApi', verb: 'deleted', artifactId: newId() }), null, 'someone'),
    frame,
  }));
  const before = (await office.events()).length;
  const revisions = await office.database.transaction((transaction) => appendEvents(transaction, office.organizationId, events));
  expect(revisions).toEqual(events.map((_, index) => before + index + 1));
  const logged = await office.database.query<{ id: string }>(sql`
    SELECT id FROM events WHERE organization_id = ${office.organizationId} AND revision > ${before} ORDER BY revision`);
  expect(logged.map(({ id }) => id)).toEqual(events.map(({ correlationId }) => correlationId));
});
