import { readFileSync } from 'node:fs';
import { openDatabase, sql } from '@gatecast/database';
import { signIn } from '../management-client.js';
import { openSecureClient } from '../secure-client.js';
import type { Stack } from '../stack.js';
import { makeArtifacts } from './artifacts.js';
import { percentiles } from './percentiles.js';
import { Fleet, until } from './simulated-gateways.js';

const load = { gatewaysOnTheKilledEdge: 10_000, gatewaysOnTheOther: 200, deploysPerSecondToTheOther: 50 };

/**
 * Measures what happens when an edge with 10,000 gateways is killed: all of them come to the other edge at once, each has missed an
 * event, and must be authenticated and caught up there, while the gateways that were there before go on hearing theirs. Then an
 * artifact is deleted, which every gateway of the organization must hear. Straight at the edges, without TLS; the gateways are
 * simulated by the process that measures, on the same machine.
 */
export async function measureStorm(stack: Stack, progress: (line: string) => unknown) {
  const client = openSecureClient(stack.endpoints.caFile);
  const [url = ''] = stack.endpoints.apiServices;
  const [killedUrl = '', otherUrl = ''] = stack.endpoints.wsEdges;
  const api = await signIn(client, { url, ...stack.credentials });
  const [steadyArtifact = '', ...toDelete] = await makeArtifacts(api, 3);
  const database = openDatabase({ url: stack.endpoints.databaseUrl, onError: () => undefined });
  const [organization] = await database.query<{ id: string }>(
    sql`SELECT id FROM organizations WHERE handle = ${stack.credentials.organization}`,
  );

  const deleted = { heard: 0, lastAtMs: 0 };
  const steady: number[] = [];
  const onFrame = (_gateway: unknown, text: string, atMs: number) => {
    const { type, payload } = JSON.parse(text) as { type: string; payload: { performedAt: string } };
    if (type === 'api.deployed') return void steady.push(atMs - Date.parse(payload.performedAt));
    deleted.heard += 1;
    deleted.lastAtMs = atMs;
  };
  const fleet = async (name: string, count: number) => {
    const made = new Fleet({ database, organizationId: organization?.id ?? '', name, count, onFrame });
    await made.make();
    return made;
  };
  /** Deletes an artifact, which everyone hears; resolves with the milliseconds from the commit to the last gateway. */
  const deleteForAll = async (artifact: string) => {
    deleted.heard = 0;
    await api.deleteArtifact('RestApi', artifact);
    await until(() => deleted.heard >= load.gatewaysOnTheKilledEdge + load.gatewaysOnTheOther, 120_000);
    const [event] = await database.query<{ committedAtMs: number }>(sql`
      SELECT (extract(epoch FROM committed_at) * 1000)::float8 AS "committedAtMs" FROM events WHERE type = 'api.deleted'
      ORDER BY committed_at DESC LIMIT 1`);
    return deleted.lastAtMs - (event?.committedAtMs ?? 0);
  };

  const edge = stack.service('ws-edge-1');
  const many = await fleet('many', load.gatewaysOnTheKilledEdge);
  const others = await fleet('other', load.gatewaysOnTheOther);
  const emptyBytes = residentBytes(edge.pid);
  const connectBegan = performance.now();
  await many.connect([killedUrl]);
  const connectAll = performance.now() - connectBegan;
  const fullBytes = residentBytes(edge.pid);
  await others.connect([otherUrl]);
  progress(`${many.connected} gateways on one edge, ${others.connected} on the other`);

  let isOver = false;
  const steadyLoad = async () => {
    for (let n = 0; !isOver; n += 1) {
      const gateway = others.gateways[n % others.gateways.length]?.handle ?? '';
      api.deploy('RestApi', steadyArtifact, gateway).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 1_000 / load.deploysPerSecondToTheOther));
    }
  };
  const loading = steadyLoad();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const before = percentiles(steady.splice(0));

  progress('killing the edge …');
  many.useEdges([otherUrl]);
  const killedAt = performance.now();
  edge.kill('SIGKILL');
  await deleteForAll(toDelete[0] ?? '');
  await until(() => many.connected === load.gatewaysOnTheKilledEdge);
  const killedToAllCaughtUp = performance.now() - killedAt;
  const meanwhile = percentiles(steady.splice(0));
  isOver = true;
  await loading;

  progress('deleting an artifact that all must hear of …');
  const deleteToLastGateway = await deleteForAll(toDelete[1] ?? '');

  many.stop();
  others.stop();
  await database.close();
  client.close();
  return {
    load,
    milliseconds: {
      connectAll: Math.round(connectAll),
      killedToAllCaughtUp: Math.round(killedToAllCaughtUp),
      deleteToLastGateway: Math.round(deleteToLastGateway),
      decisionToFrameOfTheOthers: { before, meanwhile },
    },
    edgeBytesPerConnection: Math.round((fullBytes - emptyBytes) / load.gatewaysOnTheKilledEdge),
    targets: {
      killedToAllCaughtUp: 5_000,
      deleteToLastGateway: 500,
      decisionToFrameOfTheOthersP99: 50,
      edgeBytesPerConnection: 12 * 1_024,
    },
  };
}

/** The memory of a process that is not swapped out or shared away, in bytes (Linux). */
function residentBytes(pid: number | undefined): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1_024;
}
