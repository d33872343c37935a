import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from '@gatecast/database';
import { check } from '@gatecast/stack/chaos';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDatabase, untilQuiet } from '../../../stack/dist/chaos/observation.js';
import { randomFrom } from '../../../stack/dist/chaos/random.js';
import { startWorkload } from '../../../stack/dist/chaos/workload.js';
import { type ChaosGateway, type ChaosWorld, exampleArtifact } from '../../../stack/dist/chaos/world.js';
import { writeLog } from '../../../stack/dist/chaos/write-log.js';
import { type EdgeWorld, openWorld } from '../ws-edge/world.js';
import { type Leave, type MovingGateway, movingGateway } from './moving-gateway.js';

const seed = 20_261_122;
const moves = 100;
/** How long the gateway stays on an edge, and between two edges, at most. */
const stayMsMax = 500;
const awayMsMax = 200;

let world: EdgeWorld;
let gateway: MovingGateway | undefined;

beforeAll(async () => {
  world = await openWorld({ settings: { 'ws-edge': { PING_INTERVAL_MS: '1000' } } });
});
afterAll(async () => {
  gateway?.stop();
  await world?.close();
});

test(`one gateway, moved between two edges ${moves} times under load, misses nothing and applies nothing twice`, {
  timeout: 240_000,
}, async () => {
  const { stack, api, database, edges } = world;
  // What the examples refer to.
  await api.createArtifact('LlmProvider', exampleArtifact('LlmProvider', 'mistral-eu'));
  const { id: handle, token } = await world.newGateway();
  const [row] = await database.query<{ gatewayId: string; organizationId: string }>(sql`
    SELECT id AS "gatewayId", organization_id AS "organizationId" FROM gateways WHERE handle = ${handle}`);
  const { gatewayId, organizationId } = row as NonNullable<typeof row>;

  const organization = { organizationId, handle: stack.credentials.organization, api };
  const places = { organizations: [organization], gateways: [{ gatewayId, handle, name: handle, organization } as ChaosGateway] };
  const log = writeLog();
  const random = randomFrom(seed);
  const ca = readFileSync(stack.endpoints.caFile, 'utf8');
  gateway = movingGateway({ url: new URL(stack.endpoints.frontDoor), token, ca });
  const workload = startWorkload({ world: places, log, random: randomFrom(seed + 1), writesPerSecond: 25, artifactsPerKind: 2 });
  for (let move = 0; move < moves; move += 1) {
    await gateway.dial(edges[move % 2] as string);
    await delay(random.between(0, stayMsMax));
    gateway.leave(random.oneOf<Leave>(['cut', 'close', 'vanish']));
    await delay(random.between(0, awayMsMax));
  }
  await workload.stop();
  await gateway.dial(edges[0]);

  const nobody: ChaosWorld['gateways'] = [];
  const unrest = await untilQuiet(
    { stack, database, organizations: [organization], gateways: nobody } as unknown as ChaosWorld,
    120_000,
  );
  const { handled } = gateway;
  const store = gateway.store.artifacts().map(({ id, desiredState, deploymentId, deployedAtMs }) => ({
    id,
    state: desiredState,
    deploymentId,
    deployedAtMs,
  }));
  const state = await readDatabase(database, [organization]);
  const violations = check({
    writes: log.writes,
    faults: [],
    earlierLogs: [],
    gateways: [{ gatewayId, organizationId, name: handle, handled, store }],
    database: state,
    unexpectedEnds: [],
    unrest,
  });
  expect(violations).toEqual([]);
  // Nor did only the control plane, which decides again what stays without an answer, make good for what was lost on the way.
  const decided = state.events.filter(
    (event) => !event.isReissued && (event.gatewayId === gatewayId || event.gatewayId === null),
  );
  const last = new Map(decided.map((event) => [event.artifactId, event]));
  const came = new Set(handled.map(({ correlationId }) => correlationId));
  expect([...last.values()].filter(({ id }) => !came.has(id))).toEqual([]);
  expect(log.writes.filter(({ outcome, verb }) => outcome === 'accepted' && verb !== 'create').length).toBeGreaterThan(moves);
  expect(handled.filter(({ outcome }) => outcome === 'applied').length).toBeGreaterThan(moves / 2);
});
