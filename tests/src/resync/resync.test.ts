import { type Kind, kinds } from '@gatecast/contracts';
import { type Database, openDatabase, sql } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trimEventLog } from '../../../services/api-service/dist/event-log/trim.js';
import { until } from '../until.js';
import { example, type Gateway, startWorld, type World } from './world.js';

const kind: Kind = 'RestApi';
const silent = createLogger('test', 'silent');

let world: World;
let database: Database;

beforeAll(async () => {
  world = await startWorld();
  database = openDatabase({ url: world.stack.endpoints.databaseUrl, connectionsMax: 2, onError: () => undefined });
  await world.api.createProject('demo');
});
afterAll(async () => {
  await database?.close();
  await world?.stop();
});

const status = async (id: string, deploymentId: string) => (await world.api.deployment(kind, id, deploymentId)).status;
const held = async (gateway: Gateway, id: string) => (await gateway.held({ kind, id }))?.state;

/** An artifact that the gateway serves. */
async function served(gateway: Gateway, id: string): Promise<string> {
  await world.api.createArtifact(kind, example(kind, id));
  const { deploymentId } = await world.api.deploy(kind, id, gateway.id);
  await until(() => status(id, deploymentId)).toBe('DEPLOYED');
  return deploymentId;
}

/** Drops every event that is published, as age would in a week. */
async function trimEverything(): Promise<void> {
  await until(async () => {
    await trimEventLog({ database, logger: silent, eventsMs: 1, tombstonesMs: 1e12 });
    const [left] = await database.query<{ count: number }>(sql`SELECT count(*) AS count FROM events`);
    return left?.count;
  }).toBe(0);
}

describe('a gateway that was away for longer than the event log reaches back', () => {
  test('holds what was decided meanwhile, without a restart of the gateway', async () => {
    const gateway = await world.startGateway('trimmed');
    const toUndeploy = await served(gateway, 'trimmed-undeployed');
    await served(gateway, 'trimmed-deleted');
    const untouched = await served(gateway, 'trimmed-untouched');
    await world.api.createArtifact(kind, example(kind, 'trimmed-new'));

    const stopped = gateway.process.pid;
    gateway.process.kill('SIGSTOP');
    // The edges close a connection that is silent; here the broken link is what counts, and an edge's restart breaks it.
    for (const name of ['ws-edge-1', 'ws-edge-2']) await world.stack.service(name).restart();
    await world.api.undeploy(kind, 'trimmed-undeployed', { deploymentId: toUndeploy, gatewayId: gateway.id });
    // Deploy and undeploy of another deployment, which the gateway never hears of.
    const { deploymentId: missed } = await world.api.deploy(kind, 'trimmed-undeployed', gateway.id);
    await world.api.undeploy(kind, 'trimmed-undeployed', { deploymentId: missed, gatewayId: gateway.id });
    await world.api.deleteArtifact(kind, 'trimmed-deleted');
    const { deploymentId: fresh } = await world.api.deploy(kind, 'trimmed-new', gateway.id);
    await trimEverything();
    gateway.process.kill('SIGCONT');

    await until(() => status('trimmed-new', fresh)).toBe('DEPLOYED');
    await until(() => status('trimmed-undeployed', missed)).toBe('UNDEPLOYED');
    await until(() => status('trimmed-untouched', untouched)).toBe('DEPLOYED');
    await until(() => held(gateway, 'trimmed-undeployed')).toBe('UNDEPLOYED');
    await until(() => held(gateway, 'trimmed-deleted')).toBeUndefined();
    expect(await held(gateway, 'trimmed-untouched')).toBe('DEPLOYED');
    expect(await held(gateway, 'trimmed-new')).toBe('DEPLOYED');
    expect(gateway.process.pid).toBe(stopped);
  });
});

describe('a gateway that syncs by itself', () => {
  test('hears an undeploy that is newer than what it fetched, when it fetched what it shall not serve', async () => {
    await world.api.createGateway('self-syncing');
    const { token } = await world.api.createToken('self-syncing');
    const process = await world.stack.startGateway({ name: 'self-syncing', token });
    const gateway: Pick<Gateway, 'id'> = { id: 'self-syncing' };
    const deploymentId = await served(gateway as Gateway, 'self-synced');
    await world.api.undeploy(kind, 'self-synced', { deploymentId, gatewayId: gateway.id });
    await until(() => status('self-synced', deploymentId)).toBe('UNDEPLOYED');
    const events = async () => {
      const { events } = (await (await fetch(`${process.url}/status`)).json()) as {
        events: { type: string; performedAt: string }[];
      };
      return events.filter(({ type }) => type === 'api.undeployed').map(({ performedAt }) => performedAt);
    };
    const [first = ''] = await events();

    const [artifactsService = ''] = world.stack.endpoints.artifactsServices;
    const archive = await fetch(`${artifactsService}/api/internal/v1/deployments/fetch-batch`, {
      method: 'POST',
      headers: { 'api-key': token, accept: 'application/x-tar+gzip', 'content-type': 'application/json' },
      body: JSON.stringify({ deploymentIds: [deploymentId] }),
    });
    expect(archive.status).toBe(200);
    await archive.arrayBuffer();

    await until(async () => (await events()).length).toBe(2);
    expect((await events())[1] ?? '').toSatisfy((second: string) => second > first);
    await until(() => status('self-synced', deploymentId)).toBe('UNDEPLOYED');
  });
});

describe('a new log epoch', () => {
  test('resyncs every connected gateway of every kind, and events go on after it', async () => {
    const gateway = await world.startGateway('epoch');
    const deployments = new Map<Kind, string>();
    for (const { kind: one } of kinds) {
      const id = one === 'LlmProvider' ? 'mistral-eu' : `epoch-${one.toLowerCase()}`;
      await world.api.createArtifact(one, example(one, id));
      const { deploymentId } = await world.api.deploy(one, id, gateway.id);
      await until(async () => (await world.api.deployment(one, id, deploymentId)).status).toBe('DEPLOYED');
      deployments.set(one, id);
    }
    const before = await gateway.held({ kind: 'Mcp', id: 'epoch-mcp' });

    await database.query(sql`UPDATE log_epoch SET epoch = gen_random_uuid()`);

    await until(async () => (await gateway.held({ kind: 'Mcp', id: 'epoch-mcp' }))?.deployedAt).not.toBe(before?.deployedAt);
    for (const [one, id] of deployments) await until(async () => (await gateway.held({ kind: one, id }))?.state).toBe('DEPLOYED');
    await world.api.deleteArtifact('Mcp', 'epoch-mcp');
    await until(() => gateway.held({ kind: 'Mcp', id: 'epoch-mcp' })).toBeUndefined();
    await until(async () => {
      const [open] = await database.query<{ count: number }>(sql`
        SELECT count(*) AS count FROM artifact_gateways WHERE status NOT IN ('DEPLOYED', 'UNDEPLOYED')`);
      return open?.count;
    }).toBe(0);
  });
});
