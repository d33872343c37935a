import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sql } from '@gatecast/database';
import { openPorts } from '@gatecast/stack';
import { type ChaosWorld, finish, randomFrom, startRecording, startWorkload, startWorld } from '@gatecast/stack/chaos';
import {
  GenericContainer,
  getContainerRuntimeClient,
  Network,
  type StartedNetwork,
  type StartedTestContainer,
} from 'testcontainers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { whyNoContainers } from './engine.js';

const images = {
  broker: process.env.NATS_IMAGE ?? 'nats:2-alpine',
  database: process.env.POSTGRES_IMAGE ?? 'postgres:17-alpine',
};
const obstacle = await whyNoContainers(Object.values(images));
if (obstacle) process.stderr.write(`Broker and database in containers were NOT tested: ${obstacle}.\n`);

const soon = { timeout: 90_000, interval: 100 };

describe.skipIf(obstacle !== undefined)('broker and database in containers', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-containers-'));
  let network: StartedNetwork;
  const servers = new Map<keyof typeof images, StartedTestContainer>();
  let world: ChaosWorld;
  let recording: ReturnType<typeof startRecording>;

  beforeAll(async () => {
    network = await new Network().start();
    const ports = openPorts(folder);
    const [brokerPort, databasePort] = [await ports.choose('broker'), await ports.choose('database')];
    // Ports of ours: one that the engine chooses would be another one after each reconnect.
    const broker = new GenericContainer(images.broker)
      .withCommand(['--jetstream', '--store_dir', '/data'])
      .withExposedPorts({ container: 4222, host: brokerPort });
    const database = new GenericContainer(images.database)
      .withEnvironment({ POSTGRES_USER: 'gatecast', POSTGRES_PASSWORD: 'gatecast', POSTGRES_DB: 'gatecast', TZ: 'UTC' })
      .withExposedPorts({ container: 5432, host: databasePort });
    servers.set('broker', await broker.withNetwork(network).start());
    servers.set('database', await database.withNetwork(network).start());
    world = await startWorld({
      apiServices: 2,
      wsEdges: 2,
      artifactsServices: 2,
      organizations: 1,
      gatewaysPerOrganization: 3,
      servers: {
        natsUrl: `nats://127.0.0.1:${brokerPort}`,
        databaseUrl: `postgresql://gatecast:gatecast@127.0.0.1:${databasePort}/gatecast`,
      },
      progress: () => undefined,
    });
    recording = startRecording(world);
  }, 300_000);

  afterAll(async () => {
    await world?.stop();
    await Promise.all([...servers.values()].map((server) => server.stop()));
    await network?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  /** Freezes a container, or takes its network away; the returned function gives back what was taken. */
  async function breakIt(server: keyof typeof images, how: 'paused' | 'cut off'): Promise<() => Promise<unknown>> {
    const { container, network: networks } = await getContainerRuntimeClient();
    const id = (servers.get(server) as StartedTestContainer).getId();
    if (how === 'paused') {
      await container.getById(id).pause();
      return () => container.getById(id).unpause();
    }
    const net = networks.getById(network.getId());
    await net.disconnect({ Container: id });
    return () => net.connect({ Container: id });
  }

  const accepted = () => recording.log.writes.filter(({ outcome }) => outcome === 'accepted').length;
  const unknown = () => recording.log.writes.filter(({ outcome }) => outcome === 'unknown').length;
  const unpublished = async () => {
    const [row] = await world.database.query<{ count: number }>(sql`
      SELECT count(*) FROM events LEFT JOIN published_heads AS published USING (organization_id)
      WHERE events.revision > coalesce(published.revision, 0)`);
    return Number(row?.count);
  };
  const grows = async (count: () => number, by: number) => {
    const wanted = count() + by;
    await vi.waitFor(() => expect(count()).toBeGreaterThanOrEqual(wanted), soon);
  };

  test.each([
    ['broker', 'paused'],
    ['broker', 'cut off'],
    ['database', 'paused'],
    ['database', 'cut off'],
  ] as const)(
    'nothing that was accepted is lost when the %s is %s',
    async (server, how) => {
      const workload = startWorkload({
        world,
        log: recording.log,
        random: randomFrom(7),
        writesPerSecond: 10,
        artifactsPerKind: 1,
      });
      await grows(accepted, 10);
      const mend = await breakIt(server, how);
      // Without the broker all is accepted and waits; without the database nothing is, and nobody can tell what became of it.
      await (server === 'broker' ? grows(accepted, 30) : grows(unknown, 5));
      if (server === 'broker') expect(await unpublished()).toBeGreaterThan(0);
      await mend();
      await grows(accepted, 10);
      await workload.stop();
      const { violations } = await finish(recording, () => undefined);
      expect(violations).toEqual([]);
    },
    300_000,
  );
});
