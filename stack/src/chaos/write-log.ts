import type { Kind } from '@gatecast/contracts';
import { type Deployment, ManagementError } from '../management-client.js';
import type { Write, WriteVerb } from './history.js';
import { type ChaosGateway, exampleArtifact, type Organization } from './world.js';

/** A deployment that was answered for. */
export interface KnownDeployment {
  readonly deploymentId: string;
  readonly gateway: ChaosGateway;
}

/** What is to be written. */
export interface Intent {
  readonly organization: Organization;
  readonly kind: Kind;
  readonly handle: string;
  readonly verb: WriteVerb;
  /** Of a deploy. */
  readonly gateway?: ChaosGateway;
  /** Of an undeploy, a restore and a delete of a deployment. */
  readonly deployment?: KnownDeployment;
}

/** What became of a write. */
export interface Answer {
  readonly outcome: Write['outcome'];
  /** Of an accepted deploy. */
  readonly made?: KnownDeployment;
  /** Of a write that was not accepted, when the API itself answered. */
  readonly refusal?: ManagementError;
}

/** Writes through REST and records what was answered. */
export interface WriteLog {
  readonly writes: readonly Write[];
  /** Never rejects: an answer that does not come is one of unknown outcome. */
  send(intent: Intent): Promise<Answer>;
}

/** Starts with no writes. */
export function writeLog(): WriteLog {
  const writes: Write[] = [];
  return {
    writes,
    async send(intent) {
      const { organization, kind, handle, verb, gateway, deployment } = intent;
      const sentAtMs = Date.now();
      const answer = await ask(intent);
      const { made, refusal, outcome } = answer;
      const gatewayId = (deployment?.gateway ?? gateway)?.gatewayId;
      const deploymentId = (made ?? deployment)?.deploymentId;
      writes.push({
        organizationId: organization.organizationId,
        kind,
        handle,
        verb,
        ...(gatewayId !== undefined && { gatewayId }),
        ...(deploymentId !== undefined && { deploymentId }),
        sentAtMs,
        answeredAtMs: Date.now(),
        outcome,
        status: outcome === 'accepted' ? 200 : (refusal?.status ?? 0),
      });
      return answer;
    },
  };
}

async function ask({ organization: { api }, kind, handle, verb, gateway, deployment }: Intent): Promise<Answer> {
  const named = deployment && { deploymentId: deployment.deploymentId, gatewayId: deployment.gateway.handle };
  const calls: Readonly<Record<WriteVerb, () => Promise<unknown>>> = {
    create: () => api.createArtifact(kind, exampleArtifact(kind, handle)),
    deploy: () => api.deploy(kind, handle, given(gateway).handle),
    undeploy: () => api.undeploy(kind, handle, given(named)),
    restore: () => api.restore(kind, handle, given(named)),
    'delete deployment': () => api.deleteDeployment(kind, handle, given(named).deploymentId),
    delete: () => api.deleteArtifact(kind, handle),
  };
  try {
    const body = await calls[verb]();
    if (verb !== 'deploy') return { outcome: 'accepted' };
    return { outcome: 'accepted', made: { deploymentId: (body as Deployment).deploymentId, gateway: given(gateway) } };
  } catch (error) {
    if (!(error instanceof ManagementError)) return { outcome: 'unknown' };
    return { outcome: error.status >= 400 && error.status < 500 ? 'refused' : 'unknown', refusal: error };
  }
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('The write lacks what it is about.');
  return value;
}
