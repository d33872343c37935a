import { setTimeout as delay } from 'node:timers/promises';
import { type Kind, kinds } from '@gatecast/contracts';
import { type Deployment, ManagementError } from '../management-client.js';
import type { Write, WriteVerb } from './history.js';
import type { Random } from './random.js';
import { type ChaosWorld, exampleArtifact, type Organization } from './world.js';

/** Random writes through REST until they are stopped. */
export interface Workload {
  /** Every write so far that was answered or given up. */
  readonly writes: readonly Write[];
  /** Begins no more writes and waits for the answers of those under way; `resume` goes on. */
  pause(): Promise<void>;
  resume(): void;
  /** As `pause`, for good. */
  stop(): Promise<void>;
}

export interface WorkloadOptions {
  readonly world: ChaosWorld;
  readonly random: Random;
  readonly writesPerSecond: number;
  /** Artifacts of each kind in each organization, at most at a time. */
  readonly artifactsPerKind: number;
}

/** An artifact as the workload believes it to be; every write about it waits for the one before. */
interface Slot {
  readonly organization: Organization;
  readonly kind: Kind;
  /** The same for the artifact's successors when it is deleted. */
  readonly handle: string;
  exists: boolean;
  deployments: { readonly deploymentId: string; readonly gatewayId: string; readonly gatewayHandle: string }[];
  isBusy: boolean;
}

/** Deployments that are remembered for a restore or delete. */
const rememberedMax = 8;

/** Starts to write. */
export function startWorkload({ world, random, writesPerSecond, artifactsPerKind }: WorkloadOptions): Workload {
  const writes: Write[] = [];
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
  let isPaused = false;
  let isStopped = false;

  function begin(): void {
    const free = slots.filter(({ isBusy }) => !isBusy);
    if (free.length === 0) return;
    const slot = random.oneOf(free);
    slot.isBusy = true;
    const writing = write(slot).finally(() => {
      slot.isBusy = false;
      underWay.delete(writing);
    });
    underWay.add(writing);
  }

  async function write(slot: Slot): Promise<void> {
    const {
      organization: { api, organizationId },
      kind,
      handle,
    } = slot;
    const verb = choose(slot);
    const gateway = random.oneOf(world.gateways.filter((one) => one.organization === slot.organization));
    const deployment =
      slot.deployments.length > 0 && ['undeploy', 'restore', 'delete deployment'].includes(verb) ? preferRecent(slot) : undefined;
    const sentAtMs = Date.now();
    const record = (outcome: Write['outcome'], status: number, deploymentId?: string) => {
      const gatewayId = verb === 'deploy' ? gateway.gatewayId : deployment?.gatewayId;
      writes.push({
        organizationId,
        kind,
        handle,
        verb,
        sentAtMs,
        answeredAtMs: Date.now(),
        outcome,
        status,
        ...(gatewayId !== undefined && { gatewayId }),
        ...(deploymentId !== undefined && { deploymentId }),
      });
    };
    try {
      let made: Deployment | undefined;
      if (verb === 'create') await api.createArtifact(kind, exampleArtifact(kind, handle));
      else if (verb === 'delete') await api.deleteArtifact(kind, handle);
      else if (verb === 'deploy') made = await api.deploy(kind, handle, gateway.handle);
      else if (deployment) {
        const named = { deploymentId: deployment.deploymentId, gatewayId: deployment.gatewayHandle };
        if (verb === 'undeploy') await api.undeploy(kind, handle, named);
        else if (verb === 'restore') await api.restore(kind, handle, named);
        else await api.deleteDeployment(kind, handle, deployment.deploymentId);
      }
      record('accepted', 200, made?.deploymentId ?? deployment?.deploymentId);
      learn(slot, verb, deployment?.deploymentId);
      if (made)
        slot.deployments = [
          ...slot.deployments,
          { deploymentId: made.deploymentId, gatewayId: gateway.gatewayId, gatewayHandle: gateway.handle },
        ].slice(-rememberedMax);
    } catch (error) {
      const status = error instanceof ManagementError ? error.status : 0;
      const isRefused = status >= 400 && status < 500;
      record(isRefused ? 'refused' : 'unknown', status, deployment?.deploymentId);
      if (isRefused) doubt(slot, error as ManagementError, deployment?.deploymentId);
    }
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

  function preferRecent({ deployments }: Slot) {
    return random.next() < 0.7 ? deployments.at(-1) : random.oneOf(deployments);
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      // Exponentially distributed, as independent people's writes would be.
      await delay(Math.min(3_000, (-Math.log(1 - random.next()) * 1_000) / writesPerSecond));
      if (!isPaused && !isStopped) begin();
    }
  }

  const running = run();
  const answered = async () => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  return {
    writes,
    async pause() {
      isPaused = true;
      await answered();
    },
    resume() {
      isPaused = false;
    },
    async stop() {
      isStopped = true;
      await running;
      await answered();
    },
  };
}

function learn(slot: Slot, verb: WriteVerb, deploymentId: string | undefined): void {
  if (verb === 'create') slot.exists = true;
  if (verb === 'delete') {
    slot.exists = false;
    slot.deployments = [];
  }
  if (verb === 'delete deployment') slot.deployments = slot.deployments.filter((one) => one.deploymentId !== deploymentId);
}

/** A refusal tells that things are other than believed: an earlier write of unknown outcome did happen, or the database was set back. */
function doubt(slot: Slot, { status, code }: ManagementError, deploymentId: string | undefined): void {
  if (status === 409 && code.endsWith('_EXISTS')) slot.exists = true;
  else if (status === 404 && code === 'DEPLOYMENT_NOT_FOUND')
    slot.deployments = slot.deployments.filter((one) => one.deploymentId !== deploymentId);
  else if (status === 404) {
    slot.exists = false;
    slot.deployments = [];
  }
}
