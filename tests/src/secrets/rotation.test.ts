import { randomBytes } from 'node:crypto';
import { type Database, newId, sql } from '@gatecast/database';
import { createLogger, createSealing } from '@gatecast/service-kit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { requireSecrets } from '../../../services/api-service/dist/secrets/references.js';
import { createRotations, noteRotation } from '../../../services/api-service/dist/secrets/rotation.js';
import { createSecrets } from '../../../services/api-service/dist/secrets/secrets.js';
import { createApp } from '../../../services/artifacts-service/dist/app.js';
import { ownMetrics } from '../artifacts-service/own-metrics.js';
import { type Artifact, type Gateway, type Office, openOffice } from '../deployments/office.js';
import { until } from '../until.js';

const sealing = createSealing(randomBytes(32));
let office: Office;
let edges: { there: boolean; readonly asked: string[][] };
let secrets: ReturnType<typeof createSecrets>;
let rotate: () => Promise<void>;
let internal: Awaited<ReturnType<typeof createApp>>;
let edgeId: string;
beforeAll(async () => {
  office = await openOffice();
  const { database } = office;
  const logger = createLogger('test', 'silent');
  secrets = createSecrets({ database, sealing, onRotated: () => undefined });
  rotate = createRotations({
    database,
    logger,
    wakeRelay: (id) => void office.wakes.push(id),
    edges: { canBeAsked: () => edges.there, close: (ids) => void edges.asked.push([...ids]) },
  });
  internal = await createApp(logger, database, sealing, ownMetrics());
  edgeId = newId();
});
beforeEach(async () => {
  edges = { there: true, asked: [] };
  await office.database.query(sql`DELETE FROM secret_holders`);
  await office.database.query(sql`
    INSERT INTO edges (id, heard_at) VALUES (${edgeId}, now() + interval '1 hour') ON CONFLICT DO NOTHING`);
});
afterAll(async () => {
  await internal?.close();
  await office?.close();
});

interface Holding {
  readonly gateway: Gateway;
  readonly artifact: Artifact;
  readonly deploymentId: string;
  readonly secret: string;
}

let made = 0;
async function secret(value = 'first'): Promise<string> {
  const id = `secret-${++made}`;
  await secrets.create(office.organizationId, 'test', { id, displayName: id, value });
  return id;
}
const change = (handle: string, value: string) => secrets.update(office.organizationId, handle, { displayName: handle, value });

/** Decides the deploy of an artifact that refers to a secret. */
async function deployed(handle: string, gateway?: Gateway): Promise<Holding> {
  const on = gateway ?? (await office.gateway());
  const artifact = await office.artifact();
  await office.database.query(sql`
    UPDATE artifacts SET definition = jsonb_set(definition, '{operations,0,request,path}', ${JSON.stringify(`/{{ secret "${handle}" }}`)})
    WHERE id = ${artifact.id}`);
  return { gateway: on, artifact, deploymentId: await office.deploy(artifact, on), secret: handle };
}
/** The same, acked by a gateway that has read the value. */
async function holding(handle: string, gateway?: Gateway): Promise<Holding> {
  const place = await deployed(handle, gateway);
  await office.ack(place.artifact, place.gateway);
  await read(place.gateway, handle);
  return place;
}
async function connected({ id }: Gateway): Promise<void> {
  await office.database.query(sql`
    INSERT INTO gateway_connections (id, edge_id, gateway_id, remote_address, connected_at) VALUES (${newId()}, ${edgeId}, ${id}, '', now())`);
}
const disconnected = ({ id }: Gateway) => office.database.query(sql`DELETE FROM gateway_connections WHERE gateway_id = ${id}`);

/** What a gateway does on its way: asks for the value of a secret. */
async function read(gateway: Gateway, handle: string): Promise<string> {
  const value = await ask(internal, handle, await tokenOf(gateway));
  await until(async () => (await holder(gateway.id, handle))?.stale).toBe(false);
  return value;
}
async function ask(app: typeof internal, handle: string, token: string): Promise<string> {
  const { statusCode, json } = await app.inject({
    url: `/api/internal/v1/secrets/${handle}/value`,
    headers: { 'api-key': token },
  });
  expect(statusCode).toBe(200);
  return json().value;
}
async function tokenOf({ id }: Gateway): Promise<string> {
  const token = randomBytes(8).toString('hex');
  await office.database.query(sql`
    INSERT INTO gateway_tokens (id, gateway_id, token_hash) VALUES (${newId()}, ${id}, encode(sha256(${token}::bytea), 'hex'))`);
  return token;
}
const holder = async (gatewayId: string, handle: string) => {
  const [row] = await office.database.query<{
    stale: boolean;
    close_at: Date | null;
    closes: number;
    reissue_at: Date | null;
  }>(sql`
    SELECT * FROM secret_holders WHERE gateway_id = ${gatewayId} AND handle = ${handle}`);
  return row;
};
/** Lets the time pass that a sweep waits for. */
const passTime = () =>
  office.database.query(sql`
    UPDATE secret_holders SET close_at = close_at - interval '1 hour', reissue_at = reissue_at - interval '1 hour'`);
/** How many statements with such a text wait for a lock. */
const waiting = async (text: string) =>
  (
    await office.database.query(sql`
      SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND strpos(query, ${text}) > 0`)
  ).length;
const deploysOf = async ({ artifact, gateway }: Holding) =>
  (await office.events()).filter(
    ({ entity_id, gateway_id, type }) => entity_id === artifact.id && gateway_id === gateway.id && type === 'api.deployed',
  );

test('a new value closes the connections of the gateways that need it, at once and once', async () => {
  const handle = await secret();
  const [needs, away, other] = [await holding(handle), await holding(handle), await holding(await secret())];
  await connected(needs.gateway);
  await connected(other.gateway);
  await change(handle, 'second');
  await rotate();
  await rotate();
  expect(edges.asked).toEqual([[needs.gateway.id]]);
  expect(await deploysOf(needs)).toHaveLength(1);
  expect((await holder(away.gateway.id, handle))?.close_at).toBeNull();
});

test('when a gateway has read the new value, what refers to it there is issued again, and nothing else', async () => {
  const handle = await secret();
  const first = await holding(handle);
  const second = await holding(handle, first.gateway);
  const unread = await holding(handle);
  const other = await holding(await secret(), first.gateway);
  await change(handle, 'second');
  expect(await read(first.gateway, handle)).toBe('second');
  await rotate();
  expect(await deploysOf(first)).toHaveLength(1);
  await passTime();
  await Promise.all([rotate(), rotate()]);

  for (const place of [first, second]) {
    const deploys = await deploysOf(place);
    expect(deploys).toHaveLength(2);
    const [before, after] = deploys.map(({ frame }) => frame.payload);
    expect(after?.deploymentId).toBe(place.deploymentId);
    expect(Date.parse(after?.performedAt ?? '')).toBeGreaterThan(Date.parse(before?.performedAt ?? ''));
    expect((await office.place(place.artifact, place.gateway)).status).toBe('DEPLOYING');
    await office.ack(place.artifact, place.gateway);
    expect((await office.place(place.artifact, place.gateway)).status).toBe('DEPLOYED');
  }
  expect(await deploysOf(unread)).toHaveLength(1);
  expect(await deploysOf(other)).toHaveLength(1);
  expect(office.wakes.at(-1)).toBe(office.organizationId);
});

test('a late ack of the earlier deploy does not take the new issue back', async () => {
  const handle = await secret();
  const place = await holding(handle);
  const again = await office.deploy(place.artifact, place.gateway);
  await change(handle, 'second');
  await read(place.gateway, handle);
  await office.ack(place.artifact, place.gateway);
  await passTime();
  await rotate();
  const deploys = await deploysOf(place);
  expect(deploys.map(({ frame }) => frame.payload.deploymentId)).toEqual([place.deploymentId, again, again]);
});

test('while the edges cannot be asked nothing is counted, and they are asked when they can', async () => {
  const handle = await secret();
  const { gateway } = await holding(handle);
  await connected(gateway);
  edges.there = false;
  await change(handle, 'second');
  await rotate();
  await passTime();
  await rotate();
  expect([edges.asked, (await holder(gateway.id, handle))?.closes]).toEqual([[], 0]);
  edges.there = true;
  await rotate();
  expect(edges.asked).toEqual([[gateway.id]]);
});

test('a close of which nothing comes is repeated, a bounded number of times; then the deploy is issued again anyway', async () => {
  const handle = await secret();
  const place = await holding(handle);
  await connected(place.gateway);
  await change(handle, 'second');
  for (let round = 0; round < 10; round += 1) {
    await rotate();
    await passTime();
  }
  await rotate();
  expect(edges.asked).toEqual(Array(5).fill([place.gateway.id]));
  expect(await deploysOf(place)).toHaveLength(2);
  expect(await holder(place.gateway.id, handle)).toMatchObject({ stale: false, closes: 0, close_at: null, reissue_at: null });
});

test('a gateway that was away is left alone while it may read by itself, and closed when it does not', async () => {
  const handle = await secret();
  const { gateway } = await holding(handle);
  await change(handle, 'second');
  await connected(gateway);
  await rotate();
  expect([edges.asked, (await holder(gateway.id, handle))?.close_at]).toEqual([[], expect.any(Date)]);
  await passTime();
  await rotate();
  expect(edges.asked).toEqual([[gateway.id]]);
  await disconnected(gateway);
  await passTime();
  await rotate();
  expect(edges.asked).toHaveLength(1);
});

test('a gateway keeps a value that it needs no more, so a deploy that comes after the rotation makes it read again', async () => {
  const handle = await secret();
  const place = await holding(handle);
  await connected(place.gateway);
  await office.undeploy(place.artifact, place.gateway, place.deploymentId);
  await change(handle, 'second');
  await rotate();
  await passTime();
  await rotate();
  expect(edges.asked).toEqual([]);
  const later = await deployed(handle, place.gateway);
  await rotate();
  await passTime();
  await rotate();
  expect(edges.asked).toEqual([[place.gateway.id]]);
  await read(place.gateway, handle);
  await passTime();
  await rotate();
  expect(await deploysOf(later)).toHaveLength(2);
});

test('also when the artifact, or the secret itself, was deleted and made anew', async () => {
  const handle = await secret();
  const place = await holding(handle);
  await connected(place.gateway);
  await office.deployments.deleteArtifact(place.artifact, 'test');
  await secrets.remove(office.organizationId, handle);
  await secrets.create(office.organizationId, 'test', { id: handle, displayName: handle, value: 'of another secret' });
  expect((await holder(place.gateway.id, handle))?.stale).toBe(true);
  await deployed(handle, place.gateway);
  await rotate();
  await passTime();
  await rotate();
  expect(edges.asked).toEqual([[place.gateway.id]]);
});

test('the same value again, or another name, closes nothing', async () => {
  const handle = await secret();
  const { gateway } = await holding(handle);
  await connected(gateway);
  await secrets.update(office.organizationId, handle, { displayName: 'another name', value: 'first' });
  await rotate();
  expect([edges.asked, (await holder(gateway.id, handle))?.stale]).toEqual([[], false]);
});

test('a value that is asked for while it is being replaced is the new one, or is known to be the old one', async () => {
  const handle = await secret();
  const { gateway } = await deployed(handle);
  const token = await tokenOf(gateway);
  let answer: ReturnType<typeof ask> | undefined;
  let isAnswered = false;
  await office.database.transaction(async (transaction) => {
    const identity = { organizationId: office.organizationId, handle };
    const hash = sealing.hash('second', identity);
    await transaction.query(sql`
      UPDATE secrets SET sealed = ${sealing.seal('second', identity)}, hash = ${hash}
      WHERE organization_id = ${office.organizationId} AND handle = ${handle}`);
    await noteRotation(transaction, identity, hash);
    answer = ask(internal, handle, token).finally(() => {
      isAnswered = true;
    });
    await until(async () => isAnswered || (await waiting('secret_holders')) > 0).toBe(true);
  });
  const value = await answer;
  await until(async () => (await holder(gateway.id, handle))?.stale).toBe(value !== 'second');
});

test('a value that was replaced before its answer was sent does not count as the new one', async () => {
  const handle = await secret();
  const { gateway } = await holding(handle);
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let noted = false;
  const slow: Pick<Database, 'query' | 'ping'> = {
    ping: office.database.ping,
    async query(statement) {
      const isNote = statement.text.includes('UPDATE secret_holders');
      if (isNote) await released;
      const rows = await office.database.query<never>(statement);
      noted ||= isNote;
      return rows;
    },
  };
  const app = await createApp(createLogger('test', 'silent'), slow, sealing, ownMetrics());
  expect(await ask(app, handle, await tokenOf(gateway))).toBe('first');
  await change(handle, 'second');
  release();
  await until(() => noted).toBe(true);
  expect(await holder(gateway.id, handle)).toMatchObject({ stale: true, reissue_at: null });
  await app.close();
});

test('a delete waits for a deploy that refers to the secret, and is refused then', async () => {
  const handle = await secret();
  const [artifact, gateway] = [await office.artifact(), await office.gateway()];
  let removal: Promise<string> | undefined;
  let isSettled = false;
  await office.database.transaction(async (transaction) => {
    await requireSecrets(transaction, office.organizationId, [handle]);
    removal = secrets
      .remove(office.organizationId, handle)
      .then(
        () => 'removed',
        ({ code }) => code,
      )
      .finally(() => {
        isSettled = true;
      });
    await until(async () => isSettled || (await waiting('FROM secrets')) > 0).toBe(true);
    const deploymentId = newId();
    await transaction.query(sql`
      INSERT INTO deployments (id, artifact_id, gateway_id, name, content, metadata, secret_handles, created_by)
      VALUES (${deploymentId}, ${artifact.id}, ${gateway.id}, 'x', 'x', '{}', ${[handle]}, 'test')`);
    await transaction.query(sql`
      INSERT INTO artifact_gateways (artifact_id, gateway_id, deployment_id, desired_state, status, performed_at, correlation_id)
      VALUES (${artifact.id}, ${gateway.id}, ${deploymentId}, 'DEPLOYED', 'DEPLOYING', now(), ${newId()})`);
  });
  expect(await removal).toBe('SECRET_IN_USE');
});

test('a deploy that comes while the secret is being deleted is refused', async () => {
  const handle = await secret();
  const gateway = await office.gateway();
  let deploy: Promise<unknown> | undefined;
  await office.database.transaction(async (transaction) => {
    await transaction.query(sql`DELETE FROM secrets WHERE organization_id = ${office.organizationId} AND handle = ${handle}`);
    deploy = deployed(handle, gateway).then(
      () => 'deployed',
      ({ code }) => code,
    );
    await until(() => waiting('FROM secrets')).toBeGreaterThan(0);
  });
  expect(await deploy).toBe('SECRET_REF_NOT_FOUND');
});
