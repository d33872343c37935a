import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ModelDatabase, openModelDatabase } from './database.js';
import { whatIsOpen, whatWasBroken } from './promises.js';
import { faultKinds, installClock } from './simulation.js';
import { type Command, type ContentRoute, type Deed, openContentRoute, processNames, serviceNames, World } from './world.js';

/*
 * Two api-services, artifacts-service, two edges and two gateways, made of the code that runs in production, on a real PostgreSQL and a
 * simulated broker, network and clock. fast-check thinks up what is decided and what breaks; every statement, publish, request, ack,
 * frame and pong of every process is a point at which it may crash, get lost, or be done without anybody learning of it.
 *
 * As many runs as fit into `MODEL_SECONDS`, at most `MODEL_RUNS`. A failure prints seed and path: `MODEL_SEED=… MODEL_PATH=…` repeat it.
 */
const secondsMax = Number(process.env.MODEL_SECONDS ?? 75);
const runsMax = Number(process.env.MODEL_RUNS ?? 2_000);
/** With fewer than these nothing is shown. */
const runsMin = 100;
const seed = Number(process.env.MODEL_SEED ?? 1);
const path = process.env.MODEL_PATH;

let database: ModelDatabase;
let content: ContentRoute;
let uninstallClock: () => void;

beforeAll(async () => {
  database = await openModelDatabase(2);
  content = await openContentRoute(database);
  uninstallClock = installClock();
});
afterAll(async () => {
  uninstallClock?.();
  await content?.close();
  await database?.close();
});

const index = fc.integer({ min: 0, max: 1 });
const api = fc.constantFrom('api-1' as const, 'api-2' as const);
const anyProcess = fc.constantFrom(...processNames);
const service = fc.constantFrom(...serviceNames);
const holdMs = fc.constantFrom(50, 700, 2_500, 6_000);
const does = <Name extends Deed['do']>(...names: Name[]) => fc.constantFrom(...names);

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: does('deploy'), artifact: index, gateway: index, at: api }) },
  { weight: 7, arbitrary: fc.record({ do: does('undeploy'), artifact: index, gateway: index, at: api }) },
  { weight: 3, arbitrary: fc.record({ do: does('restore', 'remove'), artifact: index, gateway: index, at: api }) },
  { weight: 2, arbitrary: fc.record({ do: does('delete'), artifact: index, at: api }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: does('fault'),
      process: anyProcess,
      kind: fc.constantFrom(...faultKinds),
      after: fc.nat({ max: 15 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: does('pause'), process: anyProcess, ms: holdMs }) },
  { weight: 4, arbitrary: fc.record({ do: does('slow'), process: service, way: fc.constantFrom('in', 'out'), ms: holdMs }) },
  { weight: 4, arbitrary: fc.record({ do: does('disconnect'), process: service, ms: holdMs, isForgotten: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: does('swallow'), process: service, count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 4, arbitrary: fc.record({ do: does('cut'), gateway: index, isUnnoticed: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: does('broker'), wiped: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: does('expire'), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ do: does('trim') }) },
  { weight: 6, arbitrary: fc.record({ do: does('wait'), ms: fc.constantFrom(300, 1_000, 4_500) }) },
);
const command: fc.Arbitrary<Command> = fc.record({
  deed,
  flow: fc.option(fc.nat({ max: 25 }), { nil: undefined, freq: 1 }),
});
const circumstances = fc.record({
  /** In which order arrives what is on different ways at once. */
  order: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  windowBytesMax: fc.constantFrom(1_000_000, 4_000, 1_200),
  unconfirmedEventsMax: fc.constantFrom(256, 3, 1),
});

test('whatever breaks in whatever order, every gateway ends with what was decided, and no promise is broken on the way', async () => {
  let runs = 0;
  const property = fc.asyncProperty(
    fc.array(command, { minLength: 5, maxLength: 30, size: 'max' }),
    circumstances,
    async (commands, { order, ...limits }) => {
      runs += 1;
      const options = { order, artifacts: 2, limits: { ...limits, bufferedBytesMax: 1_000_000 } };
      const world = await World.begin(database, content, options);
      try {
        for (const one of commands) await world.obey(one);
        await world.heal(() => whatIsOpen(world, database));
        const wrong = [...(await whatIsOpen(world, database)), ...(await whatWasBroken(world, database))];
        expect(wrong, world.simulation.story()).toEqual([]);
      } finally {
        world.end();
      }
    },
  );
  await fc.assert(property, {
    numRuns: runsMax,
    seed,
    ...(path !== undefined && { path }),
    interruptAfterTimeLimit: secondsMax * 1_000,
    endOnFailure: process.env.MODEL_SHRINK === 'no',
  });
  process.stderr.write(`model: ${runs} interleavings, seed ${seed}\n`);
  if (path === undefined) expect(runs).toBeGreaterThanOrEqual(Math.min(runsMax, runsMin));
}, 600_000);
