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

const lastEvent = async () => (await office.events()).at(-1);
const remove = (deploymentId: string) => office.deployments.remove(artifact, deploymentId, 'test');
const restore = (deploymentId: string) => office.deployments.restore(artifact, deploymentId, gateway.handle, 'test');
const status = async (deploymentId: string) => (await office.deployments.get(artifact, deploymentId)).status;

describe('deploy', () => {
  test('commits state, performedAt, revision and the event that tells the gateway together', async () => {
    const deploymentId = await office.deploy(artifact, gateway);

    const place = await office.place(artifact, gateway);
    expect(place).toMatchObject({ deployment_id: deploymentId, desired_state: 'DEPLOYED', status: 'DEPLOYING', revision: 1 });
    const [event, ...others] = await office.events();
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      id: place.correlation_id,
      revision: 1,
      gateway_id: gateway.id,
      entity_type: 'artifact',
      entity_id: artifact.id,
      action: 'CREATE',
      type: 'api.deployed',
    });
    expect(event?.frame).toMatchObject({
      type: 'api.deployed',
      correlationId: place.correlation_id,
      payload: { apiId: artifact.id, deploymentId, performedAt: place.performed_at.toISOString() },
    });
    expect(office.wakes).toEqual([office.organizationId]);
  });

  test('archives the deployment before it', async () => {
    const first = await office.deploy(artifact, gateway);
    const second = await office.deploy(artifact, gateway);
    expect([await status(first), await status(second)]).toEqual(['ARCHIVED', 'DEPLOYING']);
  });

  test('takes the snapshot of an earlier deployment again, also of one on another gateway', async () => {
    const base = await office.deploy(artifact, gateway);
    await office.database.query(sql`UPDATE artifacts SET display_name = 'changed' WHERE id = ${artifact.id}`);
    const other = await office.gateway();

    const request = { name: 'again', base: base.toUpperCase(), gatewayHandles: [other.handle], metadata: {} };
    const [again] = await office.deployments.deploy(artifact, request, 'test');

    expect(again).toMatchObject({ baseDeploymentId: base, gatewayId: other.handle });
    const contents = await office.database.query<{ content: string }>(sql`SELECT DISTINCT content FROM deployments`);
    expect(contents).toHaveLength(1);
  });

  test('puts what metadata names, and nothing else, in place of what an earlier deployment has', async () => {
    const base = await office.deploy(artifact, gateway);
    await office.database.query(sql`UPDATE artifacts SET display_name = 'changed' WHERE id = ${artifact.id}`);
    const metadata = { endpointUrl: 'https://other.example.com', vhostMain: 'other.example.com' };
    const request = { name: 'again', base, gatewayHandles: [gateway.handle], metadata };
    const [again] = await office.deployments.deploy(artifact, request, 'test');

    const contentOf = async (deploymentId: string | undefined) => {
      const [row] = await office.database.query<{ content: string }>(
        sql`SELECT content FROM deployments WHERE id = ${deploymentId ?? null}`,
      );
      return row?.content;
    };
    expect(again?.metadata).toEqual(metadata);
    expect(await contentOf(again?.deploymentId)).toBe(
      (await contentOf(base))
        ?.replace('url: "https://u.example.com"', 'url: "https://other.example.com"')
        .replace('main: "_gateway_default_"', 'main: "other.example.com"'),
    );
  });

  test.each(['spec: [', 'spec: {}', 'kind: RestApi', 'spec: { upstream: nowhere }', ''])(
    'refuses metadata where an earlier deployment has no place for it: %s',
    async (content) => {
      const base = await office.deploy(artifact, gateway);
      await office.database.query(sql`UPDATE deployments SET content = ${content}`);
      const metadata = { endpointUrl: 'https://other.example.com' };
      const request = { name: 'again', base, gatewayHandles: [gateway.handle], metadata };
      await expect(office.deployments.deploy(artifact, request, 'test')).rejects.toMatchObject({
        status: 400,
        code: 'VALIDATION_FAILED',
        message: expect.stringMatching(/endpointUrl.*current/),
      });
    },
  );

  test.each([
    ['a base that is not one of its deployments', 'DEPLOYMENT_BASE_NOT_FOUND', { base: newId() }],
    ['a base that can be no deployment', 'DEPLOYMENT_BASE_NOT_FOUND', { base: 'not-a-uuid' }],
    ['a gateway that does not exist', 'GATEWAY_NOT_FOUND', { gatewayHandles: ['nowhere'] }],
  ])('refuses %s and writes nothing', async (_, code, wrong) => {
    const request = { name: 'deployment', base: 'current', gatewayHandles: [gateway.handle], metadata: {}, ...wrong };
    await expect(office.deployments.deploy(artifact, request, 'test')).rejects.toMatchObject({ code });
    expect(await office.events()).toEqual([]);
    expect(await office.database.query(sql`SELECT 1 FROM deployments`)).toEqual([]);
    expect(office.wakes).toEqual([]);
  });

  test('knows no gateway and no artifact of another organization', async () => {
    const foreign = await office.gateway(await otherOrganization());
    await expect(office.deploy(artifact, foreign)).rejects.toMatchObject({ code: 'GATEWAY_NOT_FOUND' });
    const reference = { ...artifact, organizationId: newId() };
    await expect(office.deploy(reference, gateway)).rejects.toMatchObject({ code: 'REST_API_NOT_FOUND' });
  });
});

describe('undeploy', () => {
  test('names the deployment that the gateway has acked', async () => {
    const deploymentId = await office.deploy(artifact, gateway);
    await office.ack(artifact, gateway);

    await office.undeploy(artifact, gateway, deploymentId);

    expect(await office.place(artifact, gateway)).toMatchObject({
      desired_state: 'UNDEPLOYED',
      status: 'UNDEPLOYING',
      revision: 2,
    });
    expect(await lastEvent()).toMatchObject({ action: 'DELETE', type: 'api.undeployed', frame: { payload: { deploymentId } } });
  });

  test('of a deployment that the gateway has not confirmed names none, so that it applies to whatever the gateway holds', async () => {
    const held = await office.deploy(artifact, gateway);
    await office.ack(artifact, gateway);
    const unconfirmed = await office.deploy(artifact, gateway);

    await office.undeploy(artifact, gateway, unconfirmed);

    expect(held).not.toBe(unconfirmed);
    expect(await office.place(artifact, gateway)).toMatchObject({ deployment_id: unconfirmed, confirmed_deployment_id: held });
    expect((await lastEvent())?.frame.payload.deploymentId).toBe('');
  });

  test('is possible for a deployment that failed', async () => {
    const deploymentId = await office.deploy(artifact, gateway);
    await office.ack(artifact, gateway, { status: 'failed', errorCode: 'GATEWAY_PROCESSING_ERROR' });
    expect(await status(deploymentId)).toBe('FAILED');

    await office.undeploy(artifact, gateway, deploymentId);

    expect(await office.place(artifact, gateway)).toMatchObject({ status: 'UNDEPLOYING', status_reason: null, written_at: null });
    expect(await lastEvent()).toMatchObject({ type: 'api.undeployed', frame: { payload: { deploymentId: '' } } });
    await office.ack(artifact, gateway);
    expect(await status(deploymentId)).toBe('UNDEPLOYED');
  });

  test('can be decided again while it is under way', async () => {
    const deploymentId = await office.deploy(artifact, gateway);
    await office.undeploy(artifact, gateway, deploymentId);
    await office.undeploy(artifact, gateway, deploymentId);
    expect((await office.events()).map(({ type }) => type)).toEqual(['api.deployed', 'api.undeployed', 'api.undeployed']);
  });

  test('is refused for what is undeployed or archived already', async () => {
    const first = await office.deploy(artifact, gateway);
    const second = await office.deploy(artifact, gateway);
    await expect(office.undeploy(artifact, gateway, first)).rejects.toMatchObject({ code: 'DEPLOYMENT_NOT_ACTIVE' });
    await office.undeploy(artifact, gateway, second);
    await office.ack(artifact, gateway);
    await expect(office.undeploy(artifact, gateway, second)).rejects.toMatchObject({ code: 'DEPLOYMENT_NOT_ACTIVE' });
    expect(await office.events()).toHaveLength(3);
  });

  test('is refused for another gateway than the one that the deployment is for', async () => {
    const deploymentId = await office.deploy(artifact, gateway);
    const other = await office.gateway();
    await expect(office.undeploy(artifact, other, deploymentId)).rejects.toMatchObject({ code: 'DEPLOYMENT_GATEWAY_MISMATCH' });
  });
});

describe('restore', () => {
  test('decides the same deployment again with a later performedAt', async () => {
    const first = await office.deploy(artifact, gateway);
    const { performed_at: before } = await office.place(artifact, gateway);
    const second = await office.deploy(artifact, gateway);

    await restore(first);

    expect([await status(first), await status(second)]).toEqual(['DEPLOYING', 'ARCHIVED']);
    const { performed_at: after } = await office.place(artifact, gateway);
    expect(after.getTime()).toBeGreaterThan(before.getTime());
    expect(await lastEvent()).toMatchObject({
      type: 'api.deployed',
      frame: { payload: { deploymentId: first, performedAt: after.toISOString() } },
    });
  });

  test('is refused for what is deployed or being deployed, and possible for what failed or is being undeployed', async () => {
    const deploymentId = await office.deploy(artifact, gateway);
    await expect(restore(deploymentId)).rejects.toMatchObject({ code: 'DEPLOYMENT_RESTORE_CONFLICT' });
    await office.ack(artifact, gateway);
    await expect(restore(deploymentId)).rejects.toMatchObject({ code: 'DEPLOYMENT_RESTORE_CONFLICT' });

    await office.undeploy(artifact, gateway, deploymentId);
    await restore(deploymentId);
    await office.ack(artifact, gateway, { status: 'failed' });
    await restore(deploymentId);
    expect(await status(deploymentId)).toBe('DEPLOYING');
  });
});

describe('delete of a deployment', () => {
  test('is refused while the gateway shall serve it', async () => {
    const deploymentId = await office.deploy(artifact, gateway);
    await expect(remove(deploymentId)).rejects.toMatchObject({ code: 'DEPLOYMENT_ACTIVE' });
    await office.ack(artifact, gateway);
    await expect(remove(deploymentId)).rejects.toMatchObject({ code: 'DEPLOYMENT_ACTIVE' });
    expect(await office.events()).toHaveLength(1);
    expect(await status(deploymentId)).toBe('DEPLOYED');
  });

  test('that failed tells the gateway to undeploy whatever it holds, since it may serve it', async () => {
    const deploymentId = await office.deploy(artifact, gateway);
    await office.ack(artifact, gateway, { status: 'failed' });

    await remove(deploymentId);

    expect(await office.place(artifact, gateway)).toMatchObject({
      deployment_id: null,
      desired_state: 'UNDEPLOYED',
      status: 'UNDEPLOYING',
    });
    expect(await lastEvent()).toMatchObject({
      type: 'api.undeployed',
      gateway_id: gateway.id,
      frame: { payload: { deploymentId: '' } },
    });
    await expect(status(deploymentId)).rejects.toMatchObject({ code: 'DEPLOYMENT_NOT_FOUND' });
  });

  test('whose undeploy is under way tells the gateway again, and the ack of that settles it', async () => {
    const deploymentId = await office.deploy(artifact, gateway);
    await office.ack(artifact, gateway);
    await office.undeploy(artifact, gateway, deploymentId);

    await remove(deploymentId);

    expect(await office.events()).toHaveLength(3);
    expect(await lastEvent()).toMatchObject({ type: 'api.undeployed', frame: { payload: { deploymentId: '' } } });
    await office.ack(artifact, gateway);
    expect(await office.place(artifact, gateway)).toMatchObject({
      deployment_id: null,
      status: 'UNDEPLOYED',
      confirmed_state: 'UNDEPLOYED',
    });
  });

  test('that is undeployed tells nobody, and the decision outlives it', async () => {
    const deploymentId = await office.deploy(artifact, gateway);
    await office.undeploy(artifact, gateway, deploymentId);
    await office.ack(artifact, gateway);

    await remove(deploymentId);

    expect(await office.events()).toHaveLength(2);
    expect(await office.place(artifact, gateway)).toMatchObject({
      deployment_id: null,
      desired_state: 'UNDEPLOYED',
      status: 'UNDEPLOYED',
    });
  });

  test('that is archived tells nobody, unless the gateway still serves it', async () => {
    const archived = await office.deploy(artifact, gateway);
    const served = await office.deploy(artifact, gateway);
    await office.ack(artifact, gateway);
    const current = await office.deploy(artifact, gateway);

    await remove(archived);
    await expect(remove(served)).rejects.toMatchObject({ code: 'DEPLOYMENT_ACTIVE' });

    expect(await office.events()).toHaveLength(3);
    await office.ack(artifact, gateway);
    await remove(served);
    expect(await status(current)).toBe('DEPLOYED');
  });

  test('goes on as long as the artifact with a later performedAt when it is deployed again', async () => {
    const deploymentId = await office.deploy(artifact, gateway);
    await office.undeploy(artifact, gateway, deploymentId);
    await office.ack(artifact, gateway);
    await remove(deploymentId);
    const { performed_at: before } = await office.place(artifact, gateway);

    await office.deploy(artifact, gateway);

    expect((await office.place(artifact, gateway)).performed_at.getTime()).toBeGreaterThan(before.getTime());
  });
});

describe('delete of an artifact', () => {
  const tombstones = () =>
    office.database.query(sql`SELECT entity_type, entity_id, organization_id, type, payload FROM tombstones`);
  const deleteArtifact = (organizationId = office.organizationId) =>
    office.deployments.deleteArtifact({ ...artifact, organizationId }, 'test');

  test.each([0, 1, 3])(
    'that is on %i gateways makes one event for all gateways and a tombstone, and leaves nothing else',
    async (gateways) => {
      for (let count = 0; count < gateways; count += 1) await office.deploy(artifact, await office.gateway());

      expect(await deleteArtifact()).toEqual(expect.any(String));

      const events = (await office.events()).slice(gateways);
      expect(events).toMatchObject([
        {
          revision: gateways + 1,
          gateway_id: null,
          entity_id: artifact.id,
          action: 'DELETE',
          type: 'api.deleted',
          frame: { payload: { apiId: artifact.id } },
        },
      ]);
      expect(Object.keys(events[0]?.frame.payload ?? {})).toEqual(['apiId']);
      expect(await tombstones()).toEqual([
        {
          entity_type: 'artifact',
          entity_id: artifact.id,
          organization_id: office.organizationId,
          type: 'api.deleted',
          payload: { apiId: artifact.id },
        },
      ]);
      expect(await office.database.query(sql`SELECT 1 FROM deployments UNION ALL SELECT 1 FROM artifact_gateways`)).toEqual([]);
    },
  );

  test("that is gone, or another organization's, makes no event and no tombstone", async () => {
    expect(await deleteArtifact(await otherOrganization())).toBeUndefined();
    expect([await office.events(), await tombstones()]).toEqual([[], []]);

    await deleteArtifact();
    expect(await deleteArtifact()).toBeUndefined();
    expect(await office.events()).toHaveLength(1);
    expect(await tombstones()).toHaveLength(1);
  });

  test('that is being deployed and deleted at the same time is deleted once, and no event about it comes later', async () => {
    const deploys = Array.from({ length: 15 }, () =>
      office.deploy(artifact, gateway).catch((error: { code: string }) => error.code),
    );
    const deletes = Array.from({ length: 3 }, () => deleteArtifact());

    expect((await Promise.all(deletes)).filter(Boolean)).toHaveLength(1);
    const refused = (await Promise.all(deploys)).filter((outcome) => outcome === 'REST_API_NOT_FOUND');

    const types = (await office.events()).map(({ type }) => type);
    expect(types).toHaveLength(15 - refused.length + 1);
    expect(types.indexOf('api.deleted')).toBe(types.length - 1);
    expect(await tombstones()).toHaveLength(1);
  });
});

async function otherOrganization(): Promise<string> {
  const id = newId();
  await office.database.query(sql`INSERT INTO organizations (id, handle, display_name) VALUES (${id}, ${id}, 'Other')`);
  await office.database.query(sql`INSERT INTO organization_heads (organization_id) VALUES (${id})`);
  return id;
}
