import { setTimeout as delay } from 'node:timers/promises';
import { type Kind, kinds } from '@gatecast/contracts';
import type { WriteVerb } from './history.js';
import type { Random } from './random.js';
import type { ChaosWorld, Organization } from './world.js';
import type { Answer, KnownDeployment, WriteLog } from './write-log.js';

/** Random writes through REST until they are stopped. */
export interface Workload {
  /** Begins no more writes; resolves when those under way are answered or given up. */
  stop(): Promise<void>;
}

export interface WorkloadOptions {
  readonly world: Pick<ChaosWorld, 'organizations' | 'gateways'>;
  readonly log: WriteLog;
  readonly random: Random;
  readonly writesPerSecond: number;
  /** Artifacts of each kind in each organization, at most at a time. */
  readonly artifactsPerKind: number;
}

/** An artifact as the workload believes it to be; every write about it waits for the answer to the one before. */
interface Slot {
  readonly organization: Organization;
  readonly kind: Kind;
  /** The same for the artifact's successors when it is deleted. */
  readonly handle: string;
  exists: boolean;
  deployments: KnownDeployment[];
  isBusy: boolean;
}

/** Deployments that are remembered for a restore or delete. */
const rememberedMax = 8;
const pauseMsMax = 3_000;

/** Starts to write. */
export function startWorkload({ world, log, random, writesPerSecond, artifactsPerKind }: WorkloadOptions): Workload {
  const underWay = new Set<Promise<void>>();
  const slots: Slot[] = world.organizations.flatMap((organization) =>
    kinds.flatMap(({ kind, filePrefix }) =>
      Array.from({ length: artifactsPerKind }, (_, n) => ({
        organization,
        kind,
        handle: `${filePrefix}-${n + 1}`,
        exists: false,
        deployments: [],
        isBusy: false,
      })),
    ),
  );
  let isStopped = false;

  async function write(slot: Slot): Promise<void> {
    const { organization, kind, handle } = slot;
    const verb = choose(slot);
    const gateway = random.oneOf(world.gateways.filter((one) => one.organization === organization));
    const deployment = needsDeployment.has(verb) ? preferRecent(slot) : undefined;
    const answer = await log.send({
      organization,
      kind,
      handle,
      verb,
      ...(verb === 'deploy' && { gateway }),
      ...(deployment && { deployment }),
    });
    learn(slot, verb, deployment, answer);
  }

  function choose({ exists, deployments }: Slot): WriteVerb {
    if (!exists) return 'create';
    if (deployments.length === 0) return 'deploy';
    return random.weighted<WriteVerb>([
      [40, 'deploy'],
      [24, 'undeploy'],
      [16, 'restore'],
      [8, 'delete deployment'],
      [8, 'delete'],
      [1, 'create'],
    ]);
  }

  function preferRecent({ deployments }: Slot): KnownDeployment {
    return random.oneOf(random.next() < 0.7 ? deployments.slice(-1) : deployments);
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      // Exponentially distributed, as independent people's writes would be.
      await delay(Math.min(pauseMsMax, (-Math.log(1 - random.next()) * 1_000) / writesPerSecond));
      const free = slots.filter(({ isBusy }) => !isBusy);
      if (isStopped || free.length === 0) continue;
      const slot = random.oneOf(free);
      slot.isBusy = true;
      const writing = write(slot).finally(() => {
        slot.isBusy = false;
        underWay.delete(writing);
      });
      underWay.add(writing);
    }
  }

  const running = run();
  return {
    async stop() {
      isStopped = true;
      await running;
      await Promise.all(underWay);
    },
  };
}

const needsDeployment: ReadonlySet<WriteVerb> = new Set(['undeploy', 'restore', 'delete deployment']);

/**
 * Brings what is believed up to date. A refusal tells that things are other than believed: an earlier write of unknown outcome did
 * happen, or the database was set back.
 */
function learn(slot: Slot, verb: WriteVerb, deployment: KnownDeployment | undefined, { outcome, made, refusal }: Answer): void {
  const forget = () => {
    slot.exists = false;
    slot.deployments = [];
  };
  const forgetDeployment = () => {
    slot.deployments = slot.deployments.filter((one) => one.deploymentId !== deployment?.deploymentId);
  };
  if (outcome === 'accepted') {
    if (verb === 'create') slot.exists = true;
    if (verb === 'delete') forget();
    if (verb === 'delete deployment') forgetDeployment();
    if (made) slot.deployments = [...slot.deployments, made].slice(-rememberedMax);
  } else if (outcome === 'refused' && refusal) {
    if (refusal.status === 409 && refusal.code.endsWith('_EXISTS')) slot.exists = true;
    else if (refusal.code === 'DEPLOYMENT_NOT_FOUND') forgetDeployment();
    else if (refusal.status === 404) forget();
  }
}
