import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Database, newId, sql } from '@gatecast/database';
import { type InternalApi, internalApi } from '@gatecast/gateway-client';
import type { Stack } from '../stack.js';
import { countCpuSeconds } from './cpu-time.js';
import { type BenchGateway, makeGateways } from './gateways.js';
import { openBench, wait } from './open-bench.js';
import { percentiles } from './percentiles.js';

const load = {
  artifactsInTheTable: 100_000,
  gateways: 20,
  large: { ids: 10_000, requests: 200, atOnce: 1 },
  small: { ids: 100, questions: 1_000, requestsPerSecond: 500, seconds: 20, warmUpSeconds: 3 },
};

/**
 * Measures the existence check as gateways ask it, half of the ids known: few large questions one after the other, and an open loop of
 * small ones at a fixed rate; straight at one artifacts-service and through the front door (TLS). A time ends when the gateway's own
 * client has read and checked the answer.
 */
export async function measureExistence(stack: Stack, progress: (line: string) => unknown) {
  const { database, organization, close } = await openBench(stack);
  const known = await makeManyArtifacts(database, organization.id);
  const gateways = await makeGateways(database, { organizationId: organization.id, name: 'gateway', count: load.gateways });
  // Made before the loop that is timed, which their making would hold up.
  const questions = Array.from({ length: load.small.questions }, () => halfKnown(known, load.small.ids));
  progress(`${known.length} artifacts made`);

  const ways = { straight: stack.endpoints.artifactsServices[0] ?? '', throughFrontDoor: stack.endpoints.frontDoor };
  const figures: Record<string, unknown> = {};
  let wrongAnswers = 0;
  for (const [way, url] of Object.entries(ways)) {
    const clients = gateways.map((gateway) => clientOf(stack, url, gateway));
    /** Returns how long an answer took since `due`, in milliseconds. */
    const ask = async (n: number, ids: readonly string[], due: number): Promise<number> => {
      const gone = await (clients[n % clients.length] as InternalApi).goneArtifacts(ids);
      const ms = performance.now() - due;
      if (gone.size !== ids.length / 2) wrongAnswers += 1;
      return ms;
    };

    progress(`${way}: ${load.large.ids} ids …`);
    const large: number[] = [];
    for (let n = 0; n < load.large.requests; n += 1) {
      const ids = halfKnown(known, load.large.ids);
      large.push(await ask(n, ids, performance.now()));
    }

    progress(`${way}: ${load.small.ids} ids at ${load.small.requestsPerSecond} requests/s …`);
    const run = async (seconds: number) => {
      const answers: Promise<number>[] = [];
      const began = performance.now();
      for (let n = 0; n < seconds * load.small.requestsPerSecond; n += 1) {
        // The time counts from when the request was due, so that a stall shows in all that it held up.
        const due = began + (n * 1_000) / load.small.requestsPerSecond;
        if (due > performance.now()) await wait(due - performance.now());
        answers.push(ask(n, questions[n % questions.length] as string[], due));
      }
      return Promise.all(answers);
    };
    await run(load.small.warmUpSeconds);
    const cpu = countCpuSeconds(stack);
    const small = await run(load.small.seconds);
    figures[way] = {
      milliseconds: { large: percentiles(large), small: percentiles(small) },
      cpuSecondsOfSmall: cpu(),
    };
    for (const client of clients) client.close();
  }
  await close();
  return { load, ...figures, faults: { wrongAnswers }, targets: { largeP99: 100, smallP99: 5 } };
}

function clientOf(stack: Stack, url: string, { token }: BenchGateway): InternalApi {
  return internalApi({ url: new URL(url), token, ca: readFileSync(stack.endpoints.caFile, 'utf8') });
}

/** Returns random ids, every second of which is of an artifact. */
function halfKnown(known: readonly string[], count: number): string[] {
  const from = Math.floor(Math.random() * known.length);
  return Array.from({ length: count }, (_, n) => (n % 2 === 0 ? (known[(from + 7 * n) % known.length] as string) : randomUUID()));
}

/** Makes artifacts right in the database; returns their UUIDs. */
async function makeManyArtifacts(database: Database, organizationId: string): Promise<string[]> {
  const ids = Array.from({ length: load.artifactsInTheTable }, () => newId());
  await database.query(sql`
    INSERT INTO artifacts (id, organization_id, kind, handle, display_name, version, definition, created_by)
    SELECT id, ${organizationId}::uuid, 'RestApi', 'artifact-' || n, 'artifact-' || n, 'v1.0', '{}', 'bench'
    FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS made (id, n)`);
  await database.query(sql`ANALYZE artifacts`);
  return ids;
}
